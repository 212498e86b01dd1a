/**
 * What the service expected, in Chinese. The service tells it in English, in few patterns; one that
 * is not known here is shown as it came.
 */

/** @type {[RegExp, string][]} */
const PATTERNS = [
  [/^a value$/, "必须填写"],
  [/^Field required$/, "必须填写"],
  [/^Input should be a valid string$/, "应为文字"],
  [/^Input should be a valid integer.*$/, "应为整数"],
  [/^Input should be a valid number.*$/, "应为数字"],
  [/^Input should be a valid boolean.*$/, "应为 true 或 false"],
  [/^Input should be a valid list$/, "应为列表"],
  [/^Input should be a valid (?:dictionary.*|object.*)$/, "应为对象"],
  [/^Input should be greater than or equal to (.+)$/, "应不小于 $1"],
  [/^Input should be greater than (.+)$/, "应大于 $1"],
  [/^Input should be less than or equal to (.+)$/, "应不大于 $1"],
  [/^Input should be less than (.+)$/, "应小于 $1"],
  [/^Input should be (.+) or (.+)$/, "应为 $1 或 $2"],
  [/^String should have at least (\d+) characters?$/, "至少 $1 个字符"],
  [/^String should have at most (\d+) characters?$/, "最多 $1 个字符"],
  [/^String should match pattern (.+)$/, "格式应为 $1"],
  [/^Extra inputs are not permitted$/, "没有这个字段"],
  [/^must be a date such as (\S+) in the years 1970 to 2199$/, "应为日期，例如 $1"],
  [/^must be a time of day such as (\S+)$/, "应为时刻，例如 $1"],
  [/^must be a time with an offset$/, "应为带时区偏移的时间"],
  [/^must be an IANA zone name such as (\S+)$/, "应为 IANA 时区名，例如 $1"],
  [/^must be a duration from (\S+) to (\S+)$/, "应为 $1 到 $2 的时长"],
  [/^must be an ISO-8601 duration such as (\S+)$/, "应为 ISO-8601 时长，例如 $1"],
  [/^(?:hour|minute|second) must be in (\d+)\.\.(\d+)$/, "应在 $1 到 $2 之间"],
  [/^must not be blank$/, "不能为空白"],
  [/^must not hold control characters$/, "不能含控制字符"],
  [/^must not hold blanks, slashes, question marks or hashes$/, "不能含空格、斜杠、问号或井号"],
  [/^must not be before (\S+)$/, "不能早于 $1"],
  [/^must be after (\S+)$/, "应晚于 $1"],
  [/^each (\S+) only once$/, "每个只能出现一次"],
  [/^both hours or neither$/, "两个时刻都填或都不填"],
  [/^an id that row (\d+) does not have$/, "第 $1 行已有这个编号，应为另一个编号"],
  [/^id of a known (.+)$/, "应为已有的编号（$1）"],
  [/^an id that no request has yet$/, "应为还没有请求使用的编号"],
  [/^one of (.+)$/, "应为其中之一：$1"],
  [/^a time in which engineer (\S+) has no shift yet \((\S+)\)$/, "工程师 $1 此时已有班次 $2，应为另一时间"],
  [/^a part that depot (\S+) has no stock of yet \((\S+)\)$/, "仓库 $1 已有这个零件的库存记录 $2"],
  [/^a value instead of a formula$/, "应为值，而不是公式"],
  [/^(\d+) cells, as in the header$/, "应与表头一样有 $1 个单元格"],
  [/^a row of values$/, "应为一行数据，而不是表头"],
  [/^a header and rows below it$/, "应有表头和数据行"],
  [/^a column name of its own$/, "每列应有自己的名称"],
];

/**
 * @param {import("./words.js").Language} language
 * @param {string} expected
 */
export function expectedIn(language, expected) {
  if (language === "en") return expected;
  for (const [pattern, sentence] of PATTERNS) {
    if (pattern.test(expected)) return expected.replace(pattern, sentence);
  }
  return expected;
}
