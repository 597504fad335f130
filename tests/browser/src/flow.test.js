// What waits for what, and how often: joins, repeat until, a workflow as a step.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

test('a step that waits for two of three starts when the third is skipped', async () => {
  const { person, steps: [a = '', b = '', c = '', join = ''] } = await stage.draw('light', [
    ['transform', 0, 0], ['transform', 0, 1], ['transform', 0, 2], ['transform', 1.4, 1],
  ]);
  for (const [index, step] of [a, b, c].entries()) {
    await person.wires(step, join);
    await person.seesWires(index + 1);
  }
  await person.inspects(join, 'flow');
  await person.picks('join-way', 'Any one');
  await person.reads(`mark-join-${join}`, 'any');
  await person.picks('join-way', 'At least…');
  await person.reads(`mark-join-${join}`, '2 of 3');
  await person.inspects(c, 'flow');
  await person.writes('step-when', 'input.third');
  await person.sees(`mark-when-${c}`);
  await person.testRuns({ third: false });
  await person.seesWith(`node-${join}`, 'data-status', 'completed');
  await person.seesWith(`node-${c}`, 'data-status', 'skipped');
  await person.photographs('join-light');

  // One wire fewer is out of reach, and says so.
  await person.inspects(b, 'flow');
  await person.writes('step-when', 'input.third');
  await person.testRuns({ third: false });
  await person.seesWith(`node-${join}`, 'data-status', 'skipped');
  await person.clicks('open-execution');
  await person.clicks('execution-tab-graph');
  await person.reads(`mark-join-${join}`, '2 of 3');
  await person.clicks(`run-node-${join}`);
  await person.reads('skip-reason', 'fewer than the 2 wires it waits for could be followed');
  await person.photographs('join-out-of-reach-light');
  assert.deepEqual(person.complaints, []);
});

test('a step repeats until its condition holds, and fails at its limit', async () => {
  const { person, steps: [again = ''] } = await stage.draw('dark', ['script']);
  await person.inspects(again, 'config');
  await person.types('field-/code', 'function run(input) { return { n: ((input && input.n) || 0) + 1 }; }');
  await person.clicks('inspector-tab-flow');
  await person.picks('loop-way', 'Repeat until');
  await person.writes('loop-until', 'item.n >= 3');
  await person.writes('loop-max-turns', '5');
  await person.testRuns({});
  await person.seesWith(`node-${again}`, 'data-status', 'completed');
  await person.reads(`turns-${again}`, '3 turns');
  await person.photographs('repeat-dark');
  await person.clicks('inspector-tab-flow');
  await person.writes('loop-max-turns', '2');
  await person.testRuns({});
  await person.seesWith(`node-${again}`, 'data-status', 'failed');
  await person.photographs('repeat-limit-dark');
  assert.deepEqual(person.complaints, []);
});

test('of a loop one item fails and is left out, and the loop says so', async () => {
  const { person, steps: [each = ''] } = await stage.draw('light', ['script']);
  await person.inspects(each, 'config');
  await person.types('field-/code', 'function run(input) { if (input.n === 2) throw new Error("no"); return input.n; }');
  await person.clicks('inspector-tab-flow');
  await person.picks('loop-way', 'For each');
  await person.writes('loop-items', 'input.orders');
  await person.chooses('loop-item-error', 'Leave it out');
  await person.testRuns({ orders: [{ n: 1 }, { n: 2 }, { n: 3 }] });
  await person.seesWith(`node-${each}`, 'data-status', 'completed');
  await person.reads(`turns-${each}`, '3 of 3, 1 failed');
  await person.clicks('open-execution');
  await person.clicks('execution-tab-graph');
  await person.reads(`turns-${each}`, '3 turns, 1 failed');
  await person.clicks('execution-tab-timeline');
  await person.clicks(`timeline-fold-${each}`);
  await person.clicks(`timeline-row-${each}[1]`);
  await person.reads('failure-message', 'no');
  await person.photographs('loop-item-failed-light');
  assert.deepEqual(person.complaints, []);
});

test('another workflow is a step: it is chosen by name, its steps unfold below it, and it opens from there', async () => {
  const { person, steps: [inner = ''] } = await stage.draw('dark', ['transform']);
  await person.writes('workflow-name', 'Tidy up the address');
  await person.page.keyboard.press('Enter');
  await person.seesWith('version-chip', 'data-save', 'saved');
  await person.clicks('nav-workflows');
  await person.clicks('new-workflow');
  await person.sees('canvas');
  await person.placesAgent('workflow', { x: 200, y: 200 });
  await person.page.locator('[data-testid^="node-"]').first().waitFor();
  const [outer = ''] = await person.steps();
  await person.inspects(outer, 'config');
  await person.chooses('field-/workflow', 'Tidy up the address');
  await person.photographs('sub-workflow-settings-dark');
  await person.testRuns({ street: 'Main' });
  await person.seesWith(`node-${outer}`, 'data-status', 'completed');
  await person.clicks(`timeline-fold-${outer}`);
  await person.clicks(`timeline-row-${outer}/${inner}`);
  await person.seesWith('step-detail', 'data-step', `${outer}/${inner}`);
  await person.photographs('sub-workflow-run-dark');
  await person.clicks(`open-workflow-${outer}`);
  await person.sees(`node-${inner}`);
  assert.equal(await person.at('workflow-name').first().inputValue(), 'Tidy up the address');
  assert.deepEqual(person.complaints, []);
});
