export async function packed(file) {
  const data = await file.arrayBuffer();
  return { name: file.name, type: file.type, data, sha256: await digest(data) };
}

async function digest(data) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
