/**
 * What the API answers about runs and proposals.
 */

/** @typedef {{elapsed_s: number, at_s?: number, iterations: number, cost: number, unassigned: number}} Report */

/**
 * @typedef {object} CurvePoint
 * @property {number | null} most_moved
 * @property {string[]} moved
 * @property {string[]} phone
 * @property {number} churn
 * @property {number} unassigned
 * @property {number} cost
 * @property {number} saved
 */

/**
 * @typedef {object} Supposed
 * @property {"engineer_absent" | "van_broken_down" | "visit_overrun" | "site_closed" | "part_missing"} kind
 * @property {string} subject
 * @property {string | null} [start]
 * @property {string | null} [until]
 * @property {number | null} [minutes]
 */

/**
 * @typedef {object} Run
 * @property {string} id
 * @property {"queued" | "solving" | "done" | "failed" | "cancelled" | "superseded"} state
 * @property {string} region
 * @property {string} day
 * @property {string} purpose
 * @property {number | null} most_moved
 * @property {string} cause
 * @property {boolean} by_itself
 * @property {Supposed[]} supposed
 * @property {number} time_limit_s
 * @property {number | null} iterations
 * @property {string} creator
 * @property {string | null} started_at
 * @property {boolean} cancel_requested
 * @property {Report & {curve?: CurvePoint[], by_policy?: string}} progress
 * @property {string | null} finished_at
 * @property {Report[]} trace
 * @property {number | null} base_plan
 * @property {number | null} plan_version
 * @property {string | null} error
 */

/** @typedef {{engineers: string[], shifts: string[], start: string}} Place */

/**
 * @typedef {object} Change
 * @property {string} visit
 * @property {"added" | "removed" | "reassigned" | "moved"} kind
 * @property {Place | null} before
 * @property {Place | null} after
 * @property {string | null} stage
 * @property {number} price
 * @property {boolean} phone
 */

/**
 * @typedef {object} Accepted
 * @property {number} proposal
 * @property {number} base
 * @property {boolean} published
 * @property {number | null} plan_version
 * @property {string[]} chosen
 * @property {string[]} together
 * @property {import("./types.js").WireBroken[]} violations
 * @property {Record<string, number>} difference
 * @property {Record<string, number> | null} cost
 * @property {Record<string, number> | null} kpis
 * @property {Change[]} changes
 * @property {number} churn
 * @property {string[]} phone
 * @property {string[]} engineers
 */

/**
 * @typedef {object} Proposal
 * @property {number} version
 * @property {import("./types.js").WirePlan} plan
 * @property {import("./types.js").WireCase} case
 * @property {Accepted} whole
 * @property {Run | null} run
 */

/**
 * @typedef {object} Alternative
 * @property {string} engineer
 * @property {string} shift
 * @property {number | null} difference
 * @property {import("./types.js").WireReason[]} reasons
 */

/**
 * @typedef {object} Why
 * @property {string} visit
 * @property {string | null} verdict
 * @property {string[]} engineers
 * @property {string[]} shifts
 * @property {string | null} start
 * @property {Alternative[]} alternatives
 * @property {import("./types.js").WireReason[]} reasons
 */

export {};
