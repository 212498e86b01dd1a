/** English: what the office's pages say besides the board. */

/** @type {Record<string, string>} */
export const OFFICE_EN = {
  "office.skip": "Skip to the content",
  "office.forbidden": "You are signed in, but this page is not for your role.",
  "office.failed": "This did not work: {detail}",
};
