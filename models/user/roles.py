"""The trade's vocabularies about people. The codes are stored, the catalogues hold their words."""

ROLES = (
    "technician",      # 技工: takes orders and does the work
    "patrol",          # 巡查员: walks a grid, reports what it finds
    "supervisor",      # 主管: assigns, inspects, approves holds
    "desk",            # 客服: registers, is first contact, assigns
    "caller",          # 回访专员: calls owners back
    "manager",         # 项目经理
    "vendor",          # 外包: a technician from outside
    "representative",  # 业主代表: reads everything masked
    "admin",           # 管理员: accounts, categories, time limits, places
)

DEPARTMENTS = ("engineering", "environment", "order", "service", "management", "vendor", "owners", "system")

SKILLS = (
    "plumbing", "drains", "electrics", "low_voltage", "lifts", "fire", "general", "masonry",
    "cleaning", "greening", "order", "service", "patrol",
    "emergency",  # 应急队: hears of every P0 at once
)
