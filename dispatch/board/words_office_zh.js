/** 简体中文：调度板以外各页面的共用文字。 */

/** @type {Record<string, string>} */
export const OFFICE_ZH = {
  "office.skip": "跳到内容",
  "office.forbidden": "您已登录，但您的角色不能使用本页面。",
  "office.failed": "操作未成功：{detail}",
};
