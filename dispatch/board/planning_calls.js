/**
 * The calls of planning from the board: runs, proposals, suppositions, reasons.
 */

/** @typedef {import("./planning_types.js").Run} Run */
/** @typedef {import("./planning_types.js").Accepted} Accepted */
/** @typedef {import("./planning_types.js").Proposal} Proposal */

/** How long the policy may take to have its say on a run. */
const POLICY_MS = 10_000;

/** What the planning panel asks for. */
export class PlanningCalls {
  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.api = api;
  }

  /**
   * @param {"plans" | "replans" | "disruptions/tryouts"} path
   * @param {unknown} body
   * @returns {Promise<Run>}
   */
  start(path, body) {
    return this.api.post(`/${path}`, body);
  }

  /** @param {string} id @returns {Promise<Run>} */
  run(id) {
    return this.api.read(`/runs/${encodeURIComponent(id)}`);
  }

  /**
   * Whether a run that is over may be about to publish its plan: the policy says so a moment later.
   *
   * @param {Run} run
   */
  mayPublish(run) {
    const since = run.finished_at === null ? 0 : Date.now() + this.api.aheadMs - Date.parse(run.finished_at);
    return run.state === "done" && run.by_itself && run.progress.by_policy === undefined && since < POLICY_MS;
  }

  /** Ask for the end of a run; the best plan so far is kept. @param {string} id */
  async cancel(id) {
    await this.api.remove(`/runs/${encodeURIComponent(id)}`);
  }

  /**
   * Try some changes of a proposal, or take them over.
   *
   * @param {number} version
   * @param {string[] | null} visits null for all
   * @param {boolean} [publish]
   * @returns {Promise<Accepted>}
   */
  accept(version, visits, publish = false) {
    return this.api.post(`/plans/${version}/accept`, { visits, publish });
  }

  /**
   * @param {number} version
   * @param {Run | null} run
   * @returns {Promise<Proposal | null>} null when the plan is no draft: its run has published it
   */
  async proposal(version, run) {
    const plan = await this.api.read(`/plans/${version}`);
    if (plan.publication.published_at !== null) return null;
    try {
      const [base, whole] = await Promise.all([
        this.api.read(`/plans/${version}/case`), this.accept(version, null),
      ]);
      return { version, plan, case: base, whole, run };
    } catch (error) {
      // Somebody may have published it in this very moment.
      const now = (await this.api.read(`/plans/${version}`)).publication;
      if (now.published_at !== null) return null;
      throw error;
    }
  }

  /**
   * What is going on or waiting for somebody to decide, of the plan in force.
   *
   * @param {{version: number, region?: string} | null} publication
   * @returns {Promise<{run: Run | null, draft: number | null}>}
   */
  async waiting(publication) {
    const [runs, plans] = await Promise.all([
      this.api.read("/runs?limit=5"), this.api.read("/plans?limit=10"),
    ]);
    const region = publication?.region ?? "all";
    const going = runs.items.find((/** @type {Run} */ one) =>
      one.region === region && (one.state === "queued" || one.state === "solving"));
    const draft = plans.items.find((/** @type {any} */ one) =>
      one.state === "draft" && one.run_id !== null && one.region === region && (one.base_plan ?? 0) === (publication?.version ?? 0));
    return { run: going ?? null, draft: draft?.version ?? null };
  }

  /**
   * @param {number} version
   * @param {string} visit
   * @returns {Promise<import("./planning_types.js").Why>}
   */
  why(version, visit) {
    return this.api.read(`/plans/${version}/visits/${encodeURIComponent(visit)}/why`);
  }
}
