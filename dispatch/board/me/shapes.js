/**
 * The shapes of the engineer's page: what the public API answers, what the phone keeps, and what
 * the page makes of both. Times are ISO-8601 as they came; the clock of the sites reads them.
 */

/** @typedef {"open" | "en_route" | "arrived" | "started" | "finished" | "could_not_finish" | "cancelled"} VisitState */
/** @typedef {"en_route" | "arrived" | "started" | "finished" | "could_not_finish"} ReportType */
/** @typedef {Record<string, number>} Pieces */
/** @typedef {{lat: number, lon: number}} Coordinates */
/** @typedef {{id: string, name: string, name_en: string, address: string} & Coordinates} StopPlace */
/** @typedef {{name: string, role: string, phone: string, email: string}} Contact */
/** @typedef {{id: string, name: string, name_en: string, unit: string}} PartName */
/** @typedef {{point: string, point_en: string}} Point */

/**
 * @typedef {object} WireStop
 * @property {"visit" | "pickup" | "break"} kind
 * @property {string | null} visit
 * @property {string | null} depot
 * @property {string} start
 * @property {string} finish
 * @property {number} travel_s
 * @property {number} travel_m
 * @property {Pieces} [parts]
 * @property {Pieces} [loaded]
 * @property {StopPlace} [place]
 * @property {{arrive: string, delay_s: number} | null} [expected]
 */

/**
 * @typedef {object} Change
 * @property {"added" | "removed" | "moved"} kind
 * @property {string | null} visit
 * @property {string | null} depot
 * @property {string} title
 * @property {string | null} before
 * @property {string | null} after
 */

/**
 * @typedef {object} Confirmation
 * @property {"confirmed" | "changed" | "new" | "empty"} state
 * @property {string} fingerprint
 * @property {Change[]} changes
 */

/**
 * @typedef {object} PastVisit
 * @property {string} visit
 * @property {string} kind
 * @property {string} outcome
 * @property {string | null} finished_at
 * @property {string} fault
 * @property {string} fault_en
 * @property {string} text
 * @property {string} reason
 * @property {Pieces} parts_used
 */

/**
 * @typedef {object} Sheet
 * @property {string} id
 * @property {string} kind
 * @property {VisitState} state
 * @property {string} title
 * @property {string} customer
 * @property {string} customer_en
 * @property {string | null} promise_start
 * @property {string | null} promise_end
 * @property {{id: string, name: string, name_en: string, address: string, location: Coordinates,
 *   opens: string | null, closes: string | null, every_day: boolean, contacts: Contact[]}} site
 * @property {{id: string, name: string, type_name: string, type_name_en: string, model: string,
 *   serial: string, grade: string, installed: string, last_maintenance: string | null,
 *   warranty_end: string | null} | null} equipment
 * @property {{id: string, severity: string, fault: string, fault_en: string, summary: string,
 *   summary_en: string} | null} request
 * @property {Record<string, number>} skills
 * @property {string[]} tools
 * @property {Pieces} parts
 * @property {number | null} minutes
 * @property {Point[]} checklist
 * @property {PastVisit[]} history
 * @property {{engineer: string, name: string}[]} crew
 * @property {{event_id: string, type: ReportType, occurred_at: string, outcome: string}[]} reports
 * @property {{text: string, signed_by: string} | null} report
 */

/**
 * @typedef {object} PickingItem
 * @property {string} id
 * @property {string} depot
 * @property {string} depot_name
 * @property {string} depot_name_en
 * @property {string} address
 * @property {Coordinates} location
 * @property {string} part
 * @property {number} quantity
 * @property {string} needed_at
 * @property {string | null} collected_at
 */

/**
 * @typedef {object} Day
 * @property {string} engineer
 * @property {string} name
 * @property {string} name_en
 * @property {string} zone
 * @property {string} date
 * @property {number | null} plan_version
 * @property {Confirmation} confirmation
 * @property {{shift: string, start: string, end: string, stops: WireStop[]}[]} routes
 * @property {Sheet[]} visits
 * @property {PickingItem[]} picking
 * @property {Pieces} van_stock
 * @property {PartName[]} parts
 */

/**
 * @typedef {object} Identity Who uses the phone; `owner` tells whose reports are whose.
 * @property {string} owner
 * @property {string} name
 * @property {string} role
 * @property {string | null} engineer null: somebody of the office, who chooses one
 * @property {boolean} demo
 * @property {string} zone
 */

/** @typedef {{owner: string, engineer: string, etag: string | null, day: Day, read_at: number}} KeptDay */
/** @typedef {"event" | "report" | "collect" | "confirm"} ItemKind */

/**
 * @typedef {object} Item Something that was told to the phone and not yet to the service.
 * @property {number} number order in which it is sent
 * @property {string} owner
 * @property {ItemKind} kind
 * @property {string} subject visit, reservation or engineer
 * @property {string} title what the list calls it
 * @property {string} path
 * @property {Record<string, any>} body
 * @property {string} key idempotency key; the event's id where it is one
 * @property {number} made_at
 * @property {"waiting" | "refused"} state
 * @property {string} [refusal]
 */

/**
 * @typedef {object} Draft What was filled in and not yet reported.
 * @property {string} visit
 * @property {Record<string, "ok" | "defect">} checklist
 * @property {Pieces} [used]
 * @property {Pieces} [returned]
 * @property {Pieces} [needed]
 * @property {string} [note]
 * @property {string} [signed]
 * @property {string} [reason]
 * @property {string} [minutes]
 */

/**
 * @typedef {object} Stop A stop with all that is known of it, also what is not sent yet.
 * @property {string} name
 * @property {WireStop} wire
 * @property {Sheet | null} sheet
 * @property {PickingItem[]} items
 * @property {VisitState} state pickups are open or finished
 * @property {boolean} unsent
 */

export {};
