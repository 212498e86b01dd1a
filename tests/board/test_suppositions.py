"""What the board supposes when somebody asks what would happen if."""

from __future__ import annotations

import pytest

from tests.board.conftest import Watched

pytestmark = pytest.mark.browser

SUPPOSED = """async () => {
    const { addActs } = await import('/simulate_acts.js');
    const { SiteClock } = await import('/site_clock.js');
    const noon = Date.parse('2030-03-04T04:00:00.123Z');
    const clock = new SiteClock('Asia/Shanghai', 'en');
    clock.now = () => noon;
    const begun = noon - 3 * 36e5;
    const lane = { engineer: { id: 'eng-1' }, start: begun, end: noon + 5 * 36e5, overtimeEnd: null };
    const visit = { id: 'v1', site: { id: 's1' }, stops: [{ start: noon + 36e5, lane }], wire: {} };
    const said = [];
    for (const chosen of [{ kind: 'shift', id: 'lane' }, { kind: 'visit', id: 'v1' }]) {
        const panel = document.createElement('div');
        panel.append(document.createElement('h3'));
        addActs(panel, { may: true, suppose: (one) => said.push(one), why: () => {}, board: {
            chosen, clock: () => clock, words: { say: (key) => key },
            world: { shifts: new Map([['lane', lane]]), visits: new Map([['v1', visit]]) } } });
        for (const act of ['ill', 'van', 'closed']) panel.querySelector(`[data-act=${act}]`)?.click();
    }
    return said.map((one) => [one.kind, one.subject, one.start, one.until]);
}"""


def test_what_goes_wrong_now_begins_with_a_whole_second(view: Watched) -> None:
    """At 12:00:00.123 somebody is ill from 12:00:01 on; the service refuses parts of seconds."""
    page = view.open()
    soon, evening = "2030-03-04T04:00:01.000Z", "2030-03-04T09:00:01.000Z"
    assert page.evaluate(SUPPOSED) == [
        ["engineer_absent", "eng-1", soon, evening],
        ["van_broken_down", "eng-1", soon, evening],
        ["site_closed", "s1", soon, "2030-03-04T16:00:00.000Z"],
    ]
