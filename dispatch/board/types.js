/**
 * The shapes the page works with: first what the public API answers (contract sections 3 to 5),
 * then what `world.js` joins out of it. Times on the wire are ISO-8601 with an offset; in the
 * joined world they are milliseconds since 1970.
 */

/** @typedef {{lat: number, lon: number}} Coordinates */
/** @typedef {{start: string, end: string}} WireWindow */

/**
 * @typedef {object} WireStop
 * @property {"visit" | "pickup" | "break"} kind
 * @property {string | null} visit
 * @property {string | null} depot
 * @property {string | null} location
 * @property {string} arrive
 * @property {string} start
 * @property {string} finish
 * @property {number} travel_s
 * @property {number} travel_m
 * @property {number} wait_s
 * @property {number} late_s
 * @property {number | null} sla_headroom_s
 * @property {number | null} [breach_probability] Of missing its SLA or window; null or left out: not known.
 * @property {Record<string, number>} parts
 * @property {Record<string, number>} loaded
 * @property {string[]} tools_loaded
 */

/**
 * @typedef {object} WireRoute
 * @property {string} shift
 * @property {string} engineer
 * @property {string} start
 * @property {string} end
 * @property {WireStop[]} stops
 * @property {number} travel_back_s
 * @property {number} travel_back_m
 * @property {number} working_time_s
 * @property {number} overtime_s
 */

/**
 * @typedef {object} WireReason
 * @property {string} code
 * @property {string | null} engineer
 * @property {string | null} shift
 * @property {string} message
 * @property {string} [message_zh]
 */

/**
 * @typedef {object} WireUnassigned
 * @property {string} visit
 * @property {"impossible" | "displaced"} verdict
 * @property {WireReason[]} reasons
 * @property {{change: string, message: string, message_zh?: string, edits?: {path: string}[]} | null} remedy
 * @property {string[]} displaces
 * @property {number | null} price
 */

/**
 * @typedef {object} WirePlan
 * @property {"feasible" | "partial" | "infeasible"} status
 * @property {Record<string, number>} cost
 * @property {Record<string, number>} kpis
 * @property {WireRoute[]} routes
 * @property {WireUnassigned[]} unassigned
 * @property {{source: string} & Record<string, unknown>} travel
 * @property {{seed: number, engine: string, time_limit_s: number | null, elapsed_s: number,
 *   version: string} & Record<string, unknown>} run
 * @property {{version: number, region?: string, publication: number | null, publisher: string | null,
 *   published_at: string | null, day: string, until: string}} publication
 */

/**
 * @typedef {object} WireShift
 * @property {string} id
 * @property {string} start
 * @property {string} end
 * @property {string | null} [overtime_end]
 * @property {string} start_location
 * @property {string | null} [end_location]
 */

/**
 * @typedef {object} WireVisit
 * @property {string} id
 * @property {string} [kind]
 * @property {string} location
 * @property {string} [title]
 * @property {{severity?: string, arrive_by: string} | null} [sla]
 * @property {WireWindow[]} [time_windows]
 * @property {{earliest?: string | null, ideal?: string | null, latest?: string | null} | null} [due]
 * @property {{name: string, min_level?: number}[]} [required_skills]
 * @property {string[]} [required_tools]
 * @property {Record<string, number>} [parts]
 * @property {string} [priority]
 * @property {WireWindow & {stage: string} | null} [promise]
 * @property {number} [crew_size]
 * @property {{shift: string} | null} [pinned]
 */

/**
 * @typedef {object} WireMove
 * @property {"place" | "unassign" | "swap" | "pin" | "unpin"} kind
 * @property {string} visit
 * @property {string | null} [shift]
 * @property {string | null} [start]
 * @property {string | null} [other]
 * @property {string | null} [from_shift]
 */

/**
 * @typedef {object} WireBroken
 * @property {string} rule
 * @property {string | null} shift
 * @property {string | null} visit
 * @property {string} message
 * @property {string} message_zh
 * @property {string} detail
 * @property {boolean} was_there
 */

/**
 * @typedef {object} WireMoved
 * @property {number} base
 * @property {boolean} accepted
 * @property {number | null} plan_version
 * @property {boolean} published
 * @property {WireBroken[]} violations
 * @property {WirePlan["status"]} status
 * @property {Record<string, number>} cost
 * @property {Record<string, number>} kpis
 * @property {Record<string, number>} difference
 * @property {string[]} shifts
 * @property {WireRoute[]} routes
 * @property {string[]} taken_in
 * @property {string[]} left_out
 * @property {Record<string, string>} pinned
 * @property {string[]} phone
 */

/**
 * @typedef {object} WireCase
 * @property {WireWindow} planning_window
 * @property {string | null} [freeze_until]
 * @property {{id: string, lat?: number | null, lon?: number | null}[]} locations
 * @property {{id: string, location: string}[]} [depots]
 * @property {{id: string, name?: string, territory?: string | null, shifts: WireShift[]}[]} engineers
 * @property {WireVisit[]} visits
 */

/** @typedef {{id: string, name: string, name_en?: string | null, address?: string | null}} WireNamed */
/**
 * @typedef {object} WireClock
 * @property {string} kind
 * @property {string} state
 * @property {string | null} stopped
 * @property {string} deadline
 * @property {number} used_s Covered seconds.
 * @property {number} remaining_s Covered seconds, negative when over.
 * @property {number} alert
 * @property {boolean} ticking
 */

/**
 * @typedef {object} WireRequest
 * @property {string} id
 * @property {string} site
 * @property {string | null} equipment
 * @property {string | null} fault
 * @property {string | null} external_id
 * @property {string} severity
 * @property {string} summary
 * @property {string} summary_en
 * @property {string} state
 * @property {string} reported_at
 * @property {WireClock[]} clocks
 * @property {string | null} visit
 */

/**
 * @typedef {object} Session
 * @property {boolean} signed_in
 * @property {boolean} demo
 * @property {string | null} name
 * @property {string | null} csrf_token
 * @property {string} tile_url
 * @property {string} zone
 * @property {boolean} may_plan Whether plans may be made, moved and published.
 * @property {boolean} may_report Whether requests, disruptions and appointments may be taken in.
 */

/**
 * @typedef {object} Answers All that one state of the page is made of.
 * @property {WirePlan} plan
 * @property {WireCase} case
 * @property {WireNamed[]} sites
 * @property {WireNamed[]} engineers
 * @property {WireNamed[]} depots
 * @property {WireNamed[]} parts
 * @property {WireRequest[]} requests
 * @property {number} [readAt] When the requests were read, milliseconds by the server's clock.
 */

/** @typedef {{start: number, end: number}} Span */
/** @typedef {"met" | "tight" | "late" | "none"} SlaState */

/**
 * @typedef {object} Stop
 * @property {"visit" | "pickup" | "break"} kind
 * @property {Visit | null} visit
 * @property {string | null} depot
 * @property {string | null} location
 * @property {number} number Position among the visits of the route, from 1; 0 for other stops.
 * @property {number} arrive
 * @property {number} start
 * @property {number} finish
 * @property {SlaState} sla
 * @property {Span[]} travel Stretches of travel to the stop, breaks left out.
 * @property {Span[]} wait Stretches of waiting at the stop, breaks left out.
 * @property {Lane} lane
 * @property {WireStop} wire
 */

/**
 * @typedef {object} Lane One shift.
 * @property {string} shift
 * @property {Engineer} engineer
 * @property {number} start
 * @property {number} end
 * @property {number | null} overtimeEnd
 * @property {string} startLocation
 * @property {string} endLocation
 * @property {WireRoute | null} route
 * @property {Span | null} used From departure to return.
 * @property {Stop[]} stops
 * @property {Span[]} travelBack
 */

/**
 * @typedef {object} Engineer
 * @property {string} id
 * @property {string} name
 * @property {string} nameEn
 * @property {number} colour Index of the engineer's colour.
 * @property {string} territory Empty when none is known.
 * @property {Lane[]} lanes
 */

/**
 * @typedef {object} Visit
 * @property {string} id
 * @property {WireVisit} wire
 * @property {WireNamed | null} site
 * @property {WireRequest | null} request
 * @property {Stop[]} stops More than one for a crew, none when unassigned.
 * @property {WireUnassigned | null} unassigned
 */

/**
 * @typedef {object} World
 * @property {Answers} answers
 * @property {Engineer[]} engineers
 * @property {Lane[]} lanes
 * @property {Map<string, Visit>} visits
 * @property {Map<string, Lane>} shifts
 * @property {Map<string, Coordinates>} places
 * @property {Map<string, WireNamed>} depots
 * @property {Map<string, WireNamed>} parts
 * @property {number} readAt When the requests were read.
 */

/** @typedef {{kind: "visit" | "shift" | "request", id: string} | null} Chosen */

export {};
