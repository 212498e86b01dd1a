"""Whom the demo company employs and what it repairs, with which parts; all of it invented."""

from __future__ import annotations

# Skills: medical, power, cooling, lift, office, network, fire. Levels 1 to 3.
# Engineer: name, in English, area of the home, skills, price of an hour in cents.
ENGINEERS = {
    "e01": ("陈伟", "Chen Wei", "chikan", {"power": 3, "cooling": 2, "network": 2}, 7200),
    "e02": ("林晓燕", "Lin Xiaoyan", "xiashan", {"medical": 3, "office": 2, "network": 1}, 7500),
    "e03": ("黄志强", "Huang Zhiqiang", "mazhang", {"lift": 3, "cooling": 2, "fire": 2}, 7200),
    "e04": ("李娜", "Li Na", "xiashan", {"power": 2, "network": 3, "fire": 1, "office": 1}, 6600),
    "e05": ("吴海涛", "Wu Haitao", "chikan", {"medical": 2, "cooling": 3, "office": 1}, 6900),
    "e06": ("周建军", "Zhou Jianjun", "xiashan", {"lift": 2, "power": 1, "fire": 3}, 6600),
    "e07": (
        "梁嘉欣",
        "Liang Jiaxin",
        "potou",
        {"office": 3, "network": 2, "cooling": 1, "medical": 1, "fire": 1},
        6000,
    ),
    "e08": (
        "符永福",
        "Fu Yongfu",
        "leizhou",
        {"power": 2, "cooling": 2, "office": 2, "fire": 2},
        6000,
    ),
    "e09": (
        "罗明",
        "Luo Ming",
        "lianjiang",
        {"power": 2, "cooling": 2, "lift": 2, "network": 2},
        6000,
    ),
    "e10": (
        "麦秋菊",
        "Mai Qiuju",
        "wuchuan",
        {"cooling": 2, "office": 2, "network": 2, "power": 2},
        6000,
    ),
    "e11": (
        "莫国栋",
        "Mo Guodong",
        "suixi",
        {"power": 2, "lift": 2, "medical": 2, "fire": 2},
        6000,
    ),
    "e12": (
        "邓丽华",
        "Deng Lihua",
        "xuwen",
        {"power": 2, "cooling": 2, "network": 2, "office": 2},
        6000,
    ),
}
SKILLS = ("power", "cooling", "medical", "lift", "office", "network", "fire")
# Alone in their county, these know a little of everything.
GENERALISTS = ("e08", "e09", "e10", "e11", "e12")
DUTY_TEAMS = (("e01", "e02", "e03"), ("e04", "e05", "e06"))

TOOLS = {
    "power": ("multimeter", "battery_tester"),
    "cooling": ("multimeter", "vacuum_pump", "manifold_gauge"),
    "medical": ("multimeter", "dosimeter"),
    "lift": ("multimeter", "lift_programmer"),
    "office": ("service_kit",),
    "network": ("laptop", "cable_tester"),
    "fire": ("smoke_tester", "ladder"),
}
# These are too dear for every van and wait in the depot.
DEPOT_TOOLS = {"d1": ("battery_lifter", "fibre_splicer", "chain_hoist"), "d2": ("battery_lifter",)}

# Part: name, in English, price in cents, skill whose engineers carry it (empty: only depots).
PARTS = {
    "P-UPS-BAT": ("蓄电池 12V100Ah", "Battery 12V100Ah", 68000, "power"),
    "P-UPS-FAN": ("UPS 风扇", "UPS fan", 12000, "power"),
    "P-UPS-INV": ("逆变板", "Inverter board", 185000, "power"),
    "P-UPS-CAP": ("电容组", "Capacitor bank", 46000, "power"),
    "P-GEN-FLT": ("机油滤芯", "Oil filter", 6000, "power"),
    "P-GEN-STR": ("起动电机", "Starter motor", 120000, ""),
    "P-GEN-AVR": ("调压板", "Voltage regulator", 78000, ""),
    "P-AC-CMP": ("压缩机", "Compressor", 320000, ""),
    "P-AC-FAN": ("室外风机", "Outdoor fan", 54000, "cooling"),
    "P-AC-R410": ("制冷剂 R410A", "Refrigerant R410A", 36000, "cooling"),
    "P-AC-SNS": ("温湿度传感器", "Climate sensor", 9000, "cooling"),
    "P-AC-FLT": ("空气滤网", "Air filter", 4500, "cooling"),
    "P-CH-PMP": ("冷却水泵", "Cooling pump", 210000, ""),
    "P-CH-VLV": ("电动阀", "Motor valve", 88000, "cooling"),
    "P-DR-HV": ("高压发生器板", "High-voltage board", 560000, ""),
    "P-DR-HSW": ("曝光手闸", "Exposure switch", 42000, "medical"),
    "P-CT-TUBE": ("CT 球管", "CT tube", 9800000, ""),
    "P-CT-BRS": ("滑环碳刷", "Slip-ring brush", 96000, "medical"),
    "P-MON-CBL": ("监护导联线", "Monitor leads", 16000, "medical"),
    "P-MON-BAT": ("监护仪电池", "Monitor battery", 28000, "medical"),
    "P-VEN-O2": ("氧电池", "Oxygen cell", 39000, "medical"),
    "P-LFT-CTL": ("电梯主控板", "Lift main board", 420000, "lift"),
    "P-LFT-ENC": ("编码器", "Encoder", 87000, "lift"),
    "P-LFT-BRK": ("制动器", "Brake", 260000, ""),
    "P-LFT-BLT": ("门机皮带", "Door belt", 9500, "lift"),
    "P-ATM-CAS": ("钞箱", "Cash cassette", 150000, "office"),
    "P-ATM-RDR": ("读卡器", "Card reader", 64000, "office"),
    "P-PRN-FUS": ("定影器", "Fuser", 52000, "office"),
    "P-PRN-DRM": ("硒鼓", "Drum", 31000, "office"),
    "P-PRN-ROL": ("搓纸轮", "Pickup roller", 3500, "office"),
    "P-SW-SFP": ("光模块", "SFP module", 18000, "network"),
    "P-SW-PSU": ("交换机电源", "Switch power supply", 76000, "network"),
    "P-CAM-DOM": ("球机", "Dome camera", 89000, "network"),
    "P-NVR-HDD": ("录像硬盘", "Recorder disk", 45000, "network"),
    "P-FIR-DET": ("烟感探测器", "Smoke detector", 8000, "fire"),
    "P-FIR-BAT": ("备用电池", "Backup battery", 14000, "fire"),
    "P-FIR-BRD": ("回路板", "Loop board", 99000, "fire"),
    "P-LOAN-UPS": ("备用 UPS 3kVA", "Loan UPS 3 kVA", 380000, ""),
    "P-LOAN-PRN": ("备用打印机", "Loan printer", 180000, ""),
    "P-LOAN-MON": ("备用监护仪", "Loan monitor", 650000, ""),
}
# Nobody has one of these and none is on its way: the explanation has to say so.
NEVER_IN_STOCK = ("P-CT-TUBE",)

# The checklists below in English, point by point.
CHECKLISTS_EN = {
    "ups": ("Battery resistance", "Load", "Bypass transfer"),
    "generator": ("Oil", "Starter battery", "Idle run"),
    "precision_ac": ("Filter", "Refrigerant pressure", "Humidifier"),
    "chiller": ("Cooling tower", "Water treatment", "Running current"),
    "ct": ("Carbon brushes", "Tube scan seconds", "Water phantom"),
    "mri": ("Cold head", "Helium level", "Coils"),
    "dr": ("Exposure dose", "Detector calibration"),
    "monitor": ("Leads", "Blood oxygen", "Battery"),
    "lift": ("Door lock circuit", "Brake", "Levelling"),
    "atm": ("Dispenser", "Card reader", "Receipt printer"),
    "printer": ("Fuser", "Paper path"),
    "switch": ("Port errors", "Both power supplies", "Configuration backup"),
    "cctv": ("Days recorded", "Lens cleaned"),
    "fire_panel": ("Detectors sampled", "Backup power", "Linked test"),
}

# Type: name, in English, skill, minutes of maintenance, checklist, loaner, faults.
# Fault: code, name, in English, minutes, level, parts, depot tool, crew.
TYPES = {
    "ups": (
        "不间断电源",
        "UPS",
        "power",
        40,
        ("电池内阻", "负载率", "旁路切换"),
        "P-LOAN-UPS",
        (
            ("battery", "电池组失效", "battery failure", 60, 2, {"P-UPS-BAT": 2}, "", 1),
            ("fan", "风扇异响", "noisy fan", 35, 1, {"P-UPS-FAN": 1}, "", 1),
            ("inverter", "逆变器故障", "inverter fault", 60, 2, {"P-UPS-INV": 1}, "", 1),
            ("alarm", "误报警", "false alarm", 30, 1, {}, "", 1),
        ),
    ),
    "generator": (
        "柴油发电机",
        "Diesel generator",
        "power",
        50,
        ("机油", "起动电池", "空载试机"),
        None,
        (
            ("no_start", "无法起动", "does not start", 70, 2, {"P-GEN-STR": 1}, "chain_hoist", 1),
            ("voltage", "电压不稳", "unstable voltage", 55, 2, {"P-GEN-AVR": 1}, "", 1),
            ("oil", "机油渗漏", "oil leak", 45, 1, {"P-GEN-FLT": 1}, "", 1),
        ),
    ),
    "precision_ac": (
        "机房精密空调",
        "Precision air conditioner",
        "cooling",
        40,
        ("滤网", "冷媒压力", "加湿罐"),
        None,
        (
            ("no_cooling", "不制冷", "no cooling", 60, 2, {"P-AC-R410": 1}, "", 1),
            ("fan", "室外风机停转", "outdoor fan stopped", 50, 2, {"P-AC-FAN": 1}, "", 1),
            ("sensor", "温度读数异常", "wrong temperature reading", 30, 1, {"P-AC-SNS": 1}, "", 1),
        ),
    ),
    "chiller": (
        "中央空调主机",
        "Chiller",
        "cooling",
        55,
        ("冷却塔", "水处理", "运行电流"),
        None,
        (
            ("pump", "冷却水泵漏水", "pump leak", 75, 2, {"P-CH-PMP": 1}, "chain_hoist", 1),
            ("valve", "电动阀卡死", "valve stuck", 50, 1, {"P-CH-VLV": 1}, "", 1),
            ("noise", "运行噪声大", "loud noise", 40, 1, {}, "", 1),
        ),
    ),
    "ct": (
        "CT 扫描仪",
        "CT scanner",
        "medical",
        60,
        ("碳刷", "球管秒次", "水模校准"),
        None,
        (
            ("brush", "滑环打火", "slip-ring arcing", 60, 2, {"P-CT-BRS": 1}, "", 1),
            ("tube", "球管报废", "tube worn out", 75, 3, {"P-CT-TUBE": 1}, "", 1),
            ("software", "重建报错", "reconstruction error", 45, 2, {}, "", 1),
        ),
    ),
    "mri": (
        "磁共振",
        "MRI scanner",
        "medical",
        60,
        ("冷头", "液氦液位", "线圈"),
        None,
        (("cold_head", "冷头故障", "cold head failure", 75, 1, {}, "", 1),),
    ),
    "dr": (
        "DR 摄影机",
        "Digital X-ray",
        "medical",
        45,
        ("曝光剂量", "探测器校准"),
        None,
        (
            ("switch", "手闸失灵", "exposure switch dead", 35, 1, {"P-DR-HSW": 1}, "", 1),
            ("voltage", "高压报错", "high-voltage error", 70, 2, {"P-DR-HV": 1}, "", 1),
        ),
    ),
    "monitor": (
        "监护仪",
        "Patient monitor",
        "medical",
        25,
        ("导联", "血氧", "电池"),
        "P-LOAN-MON",
        (
            ("leads", "导联脱落报警", "lead-off alarm", 25, 1, {"P-MON-CBL": 1}, "", 1),
            ("battery", "电池不充电", "battery not charging", 25, 1, {"P-MON-BAT": 1}, "", 1),
        ),
    ),
    "lift": (
        "电梯控制柜",
        "Lift controller",
        "lift",
        45,
        ("门锁回路", "制动器", "平层"),
        None,
        (
            ("stopped", "停梯", "lift stopped", 60, 2, {"P-LFT-ENC": 1}, "", 1),
            ("board", "主板故障", "main board fault", 65, 2, {"P-LFT-CTL": 1}, "", 1),
            ("brake", "制动器磨损", "worn brake", 75, 2, {"P-LFT-BRK": 1}, "chain_hoist", 2),
            ("door", "开关门异常", "door fault", 40, 1, {"P-LFT-BLT": 1}, "", 1),
        ),
    ),
    "atm": (
        "自动柜员机",
        "ATM",
        "office",
        30,
        ("出钞模块", "读卡器", "凭条打印"),
        None,
        (
            ("cassette", "钞箱卡钞", "cassette jam", 35, 1, {"P-ATM-CAS": 1}, "", 1),
            ("reader", "读卡失败", "card reader fault", 40, 2, {"P-ATM-RDR": 1}, "", 1),
            ("offline", "通讯中断", "offline", 30, 1, {}, "", 1),
        ),
    ),
    "printer": (
        "激光打印机",
        "Laser printer",
        "office",
        25,
        ("定影", "走纸"),
        "P-LOAN-PRN",
        (
            ("fuser", "定影器过热", "fuser overheated", 35, 1, {"P-PRN-FUS": 1}, "", 1),
            ("roller", "频繁卡纸", "paper jams", 25, 1, {"P-PRN-ROL": 1}, "", 1),
            ("drum", "字迹模糊", "blurred print", 25, 1, {"P-PRN-DRM": 1}, "", 1),
        ),
    ),
    "switch": (
        "核心交换机",
        "Core switch",
        "network",
        30,
        ("端口误码", "双电源", "配置备份"),
        None,
        (
            ("power", "电源模块故障", "power module failed", 40, 2, {"P-SW-PSU": 1}, "", 1),
            ("port", "光口中断", "fibre port down", 40, 1, {"P-SW-SFP": 1}, "", 1),
            ("loop", "网络环路", "network loop", 45, 2, {}, "", 1),
        ),
    ),
    "cctv": (
        "视频监控",
        "CCTV",
        "network",
        35,
        ("录像天数", "镜头清洁"),
        None,
        (
            ("camera", "球机无图像", "camera without picture", 45, 1, {"P-CAM-DOM": 1}, "", 1),
            ("disk", "录像硬盘损坏", "recorder disk failed", 35, 1, {"P-NVR-HDD": 1}, "", 1),
        ),
    ),
    "fire_panel": (
        "火灾报警主机",
        "Fire alarm panel",
        "fire",
        45,
        ("探测器抽检", "备电", "联动试验"),
        None,
        (
            ("loop", "回路故障", "loop fault", 55, 2, {"P-FIR-BRD": 1}, "", 1),
            ("detector", "探测器误报", "false detector alarm", 35, 1, {"P-FIR-DET": 2}, "", 1),
            ("battery", "备电欠压", "backup battery low", 30, 1, {"P-FIR-BAT": 1}, "", 1),
        ),
    ),
}
# A skill nobody of the company has.
RARE_SKILL = ("mri", "cold_head", "cryogenics")

# Customer, area, type, fault: the requests that the demo is about, by severity.
PLATINUM_CRITICAL = (
    ("海湾中心医院", "chikan", "ups", "inverter", 12),
    ("海湾中心医院", "xiashan", "ct", "brush", 9),
    ("海蓝酒店", "xiashan", "lift", "stopped", 6),
)
PLATINUM_MAJOR = (
    ("湛海码头", "xiashan", "ups", "fan", 14),
    ("粤西云数据", "mazhang", "precision_ac", "no_cooling", 20),
    ("粤西云数据", "chikan", "switch", "port", 11),
    ("海湾中心医院", "potou", "monitor", "battery", 25),
    ("半岛银行", "xiashan", "atm", "cassette", 17),
)
IMPOSSIBLE = (
    ("众康医院", "chikan", "ct", "tube", "major", 300),
    ("碧海妇幼医院", "xiashan", "mri", "cold_head", "minor", 95),
)
CREW = ("港城物业", "xiashan", "lift", "brake", "critical", 130)
LOANER = ("港城物业", "chikan", "ups", "inverter", "minor", 4310)
