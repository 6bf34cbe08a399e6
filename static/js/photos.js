// Photos as they go into the outbox: at most 2048 pixels a side, with the EXIF block of the camera (time, offset, GPS),
// and the SHA-256 and size of the file as the camera made it. What cannot be made smaller goes as it is.
const LONGEST = 2048;
const THUMBNAIL = 160;
const ORIENTATION = 0x0112;

export async function packed(file) {
  const data = await file.arrayBuffer();
  const camera = { sha256: await digest(data), size: data.byteLength };
  const { smaller, thumbnail } = await shrunk(file, new DataView(data)).catch(() => ({}));
  const sent = smaller?.byteLength < data.byteLength ? smaller : data;
  const sha256 = sent === data ? camera.sha256 : await digest(sent);
  return { name: file.name, type: file.type, data: sent, sha256, camera, thumbnail };
}

async function digest(data) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function shrunk(file, view) {
  const picture = await createImageBitmap(file);
  try {
    const thumbnail = drawn(picture, THUMBNAIL).toDataURL("image/jpeg", 0.7);
    // Only a JPEG's EXIF block can be carried over, and without it the copy would be worth less.
    const isTooLarge = Math.max(picture.width, picture.height) > LONGEST;
    if (!isTooLarge || view.getUint16(0) !== 0xffd8) return { thumbnail };
    const canvas = drawn(picture, LONGEST);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    const exif = exifOf(view);
    if (exif) standUpright(new DataView(exif));
    return { thumbnail, smaller: await new Blob([blob.slice(0, 2), exif ?? "", blob.slice(2)]).arrayBuffer() };
  } finally {
    picture.close();
  }
}

function drawn(picture, longest) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// The APP1 segment that begins with "Exif", its marker included; segments stand before the pixels.
function exifOf(view) {
  for (let at = 2; view.getUint8(at) === 0xff && view.getUint8(at + 1) !== 0xda; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint8(at + 1) === 0xe1 && view.getUint32(at + 4) === 0x45786966) {
      return view.buffer.slice(at, at + 2 + view.getUint16(at + 2));
    }
  }
  return null;
}

// The copy is drawn upright already: turned once more it would lie.
function standUpright(exif) {
  const tiff = 10;
  const little = exif.getUint16(tiff) === 0x4949;
  const ifd = tiff + exif.getUint32(tiff + 4, little);
  for (let n = 0; n < exif.getUint16(ifd, little); n++) {
    const entry = ifd + 2 + 12 * n;
    if (exif.getUint16(entry, little) === ORIENTATION) exif.setUint16(entry + 8, 1, little);
  }
}
