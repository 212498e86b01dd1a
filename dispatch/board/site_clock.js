/**
 * Times as the wall clock at the sites tells them, wherever the browser stands.
 */

const HOUR = 3_600_000;

/** One zone, and how far this computer's clock is from the server's. */
export class SiteClock {
  /**
   * @param {string} zone IANA name
   * @param {string} language
   * @param {number} [aheadMs] server's time less this computer's
   */
  constructor(zone, language, aheadMs = 0) {
    this.zone = zone;
    this.language = language === "zh" ? "zh-Hans-CN" : "en-GB";
    this.aheadMs = aheadMs;
    const parts = /** @type {const} */ ({ hourCycle: "h23", timeZone: zone });
    this.hours = new Intl.DateTimeFormat("en-GB", { ...parts, hour: "2-digit", minute: "2-digit" });
    this.dates = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit",
    });
    this.names = new Intl.DateTimeFormat(this.language, {
      timeZone: zone, weekday: "short", day: "numeric", month: "short",
    });
    this.weekdays = new Intl.DateTimeFormat(this.language, { timeZone: zone, weekday: "short" });
    this.offsets = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" });
  }

  /** Milliseconds since 1970 by the server's clock. */
  now() {
    return Date.now() + this.aheadMs;
  }

  /** @param {number} at @returns {string} for example 08:05 */
  time(at) {
    return this.hours.format(at);
  }

  /** @param {number} at @returns {string} for example 2026-11-23 */
  day(at) {
    return this.dates.format(at);
  }

  /** @param {number} at @returns {string} for example Mon 23 Nov */
  dayName(at) {
    return this.names.format(at).replace(",", "");
  }

  /**
   * A time with its day where the day is not the one in view.
   *
   * @param {number} at
   * @param {string} [day] the day in view
   */
  moment(at, day) {
    return this.day(at) === day ? this.time(at) : `${this.dayName(at)} ${this.time(at)}`;
  }

  /**
   * From when till when in few letters, for example `Sat 17:30–08:00`; the weekday stands there
   * only when the beginning is not on the day in view.
   *
   * @param {import("./types.js").Span} span
   * @param {string} [day]
   */
  span(span, day) {
    const times = `${this.time(span.start)}–${this.time(span.end)}`;
    return this.day(span.start) === day ? times : `${this.weekdays.format(span.start)} ${times}`;
  }

  /** @param {number} at @returns {string} for example UTC+08:00 */
  offset(at) {
    const found = this.offsets.formatToParts(at).find((part) => part.type === "timeZoneName");
    return (found?.value ?? "").replace("GMT", "UTC");
  }

  /**
   * First and last instant of a local day; a day in which clocks change has 23 or 25 hours.
   *
   * @param {string} day
   * @returns {import("./types.js").Span}
   */
  bounds(day) {
    const noon = Date.parse(`${day}T12:00:00Z`);
    let start = noon - 30 * HOUR;
    for (const step of [HOUR, HOUR / 4, 60_000]) {
      while (this.day(start + step) < day) start += step;
    }
    start += 60_000;
    let end = start + 22 * HOUR;
    for (const step of [HOUR, HOUR / 4, 60_000]) {
      while (this.day(end + step) <= day) end += step;
    }
    return { start, end: end + 60_000 };
  }

  /**
   * Local full hours within a span.
   *
   * @param {import("./types.js").Span} span
   * @param {number} every hours between two of them
   * @returns {number[]}
   */
  fullHours(span, every) {
    /** @type {number[]} */
    const found = [];
    const quarter = HOUR / 4;
    for (let at = Math.ceil(span.start / quarter) * quarter; at <= span.end; at += quarter) {
      const told = this.time(at);
      if (told.endsWith(":00") && Number(told.slice(0, 2)) % every === 0) found.push(at);
    }
    return found;
  }
}
