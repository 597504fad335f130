// The debugger, and running again: breakpoints, step over, another value, fork, resume, replay, recorded answers.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

test('a debugged run stops where it is told to, is stepped through, and goes on with another value', async () => {
  const { person, steps: [first = '', second = '', third = ''] } = await stage.draw('dark', ['transform', ['transform', 1.2, 0], ['transform', 2.4, 0]]);
  await person.wires(first, second);
  await person.seesWires(1);
  await person.wires(second, third);
  await person.seesWires(2);
  await person.inspects(first, 'flow');
  await person.at('breakpoint').first().click({ force: true });
  await person.writes('breakpoint-when', 'input.amount > 10');
  await person.seesWith(`breakpoint-${first}`, 'aria-pressed', 'true');

  // The condition is false: nothing stops.
  await person.opensTestRun({ amount: 5 });
  await person.at('run-debug').first().click({ force: true });
  await person.clicks('run-start');
  await person.seesWith('execution-banner', 'data-status', 'completed');

  await person.opensTestRun({ amount: 50 });
  await person.at('run-debug').first().click({ force: true });
  await person.photographs('debug-dialog-dark');
  await person.clicks('run-start');
  await person.seesWith(`node-${first}`, 'data-status', 'waiting');
  await person.photographs('breakpoint-dark');
  await person.clicks('breakpoint-step-over');
  await person.seesWith(`node-${first}`, 'data-status', 'completed');
  await person.seesWith(`node-${second}`, 'data-status', 'waiting');
  await person.clicks('breakpoint-edit');
  await person.types('breakpoint-json', '{"amount": 7}');
  await person.reads('breakpoint-continue', 'Continue with this');
  await person.photographs('breakpoint-edit-dark');
  await person.clicks('breakpoint-continue');
  await person.seesWith('execution-banner', 'data-status', 'completed');
  await person.clicks('open-execution');
  await person.clicks(`timeline-row-${second}`);
  await person.reads('step-detail', '7');
  assert.deepEqual(person.complaints, []);
});

test('a loop stops in the turn it is told to', async () => {
  const { person, steps: [each = ''] } = await stage.draw('light', ['transform']);
  await person.inspects(each, 'flow');
  await person.picks('loop-way', 'For each');
  await person.writes('loop-items', 'input.orders');
  await person.at('breakpoint').first().click({ force: true });
  await person.writes('breakpoint-turn', '3');
  await person.opensTestRun({ orders: [1, 2, 3, 4] });
  await person.at('run-debug').first().click({ force: true });
  await person.clicks('run-start');
  await person.sees(`stopped-${each}[2]`);
  await person.reads(`held-${each}`, 'paused at turn 3');
  await person.photographs('breakpoint-turn-light');
  await person.clicks('breakpoint-continue');
  await person.seesWith('execution-banner', 'data-status', 'completed');
  assert.deepEqual(person.complaints, []);
});

test('a page that is loaded anew at a breakpoint shows the run where it stands, and goes on from there', async () => {
  const { person, steps: [first = '', second = ''] } = await stage.draw('light', ['transform', ['transform', 1.2, 0]]);
  await person.wires(first, second);
  await person.seesWires(1);
  await person.inspects(second, 'flow');
  await person.at('breakpoint').first().click({ force: true });
  await person.opensTestRun({ amount: 50 });
  await person.at('run-debug').first().click({ force: true });
  await person.clicks('run-start');
  await person.seesWith(`node-${second}`, 'data-status', 'waiting');

  await person.page.reload();
  await person.seesWith(`node-${first}`, 'data-status', 'completed');
  await person.seesWith(`node-${second}`, 'data-status', 'waiting');
  await person.sees('stop-run');
  await person.photographs('breakpoint-reloaded-light');
  await person.clicks('breakpoint-continue');
  await person.seesWith('execution-banner', 'data-status', 'completed');
  assert.deepEqual(person.complaints, []);
});

test('an execution is forked with other data, resumed, retried and replayed', async () => {
  const { person, steps: [first = '', second = ''] } = await stage.draw('dark', ['transform', ['script', 1.4, 0]]);
  await person.wires(first, second);
  await person.seesWires(1);
  await person.inspects(second, 'config');
  await person.types('field-/code', 'function run(input) { if (input.broken) throw new Error("broken"); return input; }');
  await person.testRuns({ broken: true });
  await person.seesWith('execution-banner', 'data-status', 'failed');
  await person.clicks('open-execution');
  await person.sees('execution-resume');
  const failedRun = new URL(person.page.url()).pathname;
  await person.clicks('execution-resume');
  await person.sees('execution-forked-from');
  await person.seesWith('execution-page', 'data-status', 'failed');
  await person.clicks(`timeline-row-${second}`);
  await person.clicks('fork');
  await person.types('fork-json', '{"broken": false}');
  await person.photographs('fork-dark');
  await person.clicks('fork-start');
  await person.seesWith('execution-page', 'data-status', 'completed');
  await person.clicks('execution-tab-graph');
  await person.reads(`run-node-${first}`, 'taken over');
  await person.photographs('forked-dark');
  await person.clicks('execution-retry');
  await person.sees('execution-retry-of');
  await person.seesWith('execution-page', 'data-status', 'completed');

  // The first execution once more, with every answer from its record.
  await person.goesTo(failedRun);
  await person.clicks('execution-more');
  await person.clicks('execution-replay');
  await person.sees('execution-replay-of');
  await person.seesWith('execution-page', 'data-status', 'failed');
  await person.clicks('execution-tab-graph');
  await person.reads(`source-${first}`, 'recorded');
  await person.photographs('replayed-dark');
  assert.deepEqual(person.complaints, []);
});

test('a turn of a loop is forked with other data, the other turns are taken over', async () => {
  const { person, steps: [each = ''] } = await stage.draw('light', ['transform']);
  await person.inspects(each, 'flow');
  await person.picks('loop-way', 'For each');
  await person.writes('loop-items', 'input.orders');
  await person.testRuns({ orders: [{ n: 1 }, { n: 2 }] });
  await person.seesWith('execution-banner', 'data-status', 'completed');
  await person.clicks('open-execution');
  await person.clicks(`timeline-row-${each}`);
  await person.clicks('fork');
  await person.reads('fork-form', 'fork from that turn');
  await person.clicks(`timeline-fold-${each}`);
  await person.clicks(`timeline-row-${each}[1]`);
  await person.clicks('fork');
  await person.types('fork-json', '{"n": 20}');
  await person.clicks('fork-start');
  await person.sees('execution-forked-from');
  await person.seesWith('execution-page', 'data-status', 'completed');
  await person.page.getByText('20', { exact: true }).first().waitFor();
  await person.photographs('forked-turn-light');

  // The whole loop, over other elements.
  const forked = person.page.url();
  await person.clicks(`timeline-row-${each}`);
  await person.clicks('fork');
  await person.types('fork-json', '[{"n": 31}, {"n": 32}, {"n": 33}]');
  await person.clicks('fork-start');
  await person.page.waitForURL((url) => url.href !== forked);
  await person.seesWith('execution-page', 'data-status', 'completed');
  await person.page.getByText('33', { exact: true }).first().waitFor();
  assert.deepEqual(person.complaints, []);
});

test('in test runs a step answers from an earlier run, or with what is written down', async () => {
  const { person, steps: [first = '', second = ''] } = await stage.draw('light', ['script', ['transform', 1.4, 0]]);
  await person.wires(first, second);
  await person.seesWires(1);
  await person.inspects(first, 'config');
  await person.types('field-/code', 'function run(input) { return { n: input.n * 2 }; }');
  await person.clicks('inspector-tab-data');
  await person.reads('test-way-help', 'Recorded needs a run of this workflow');
  await person.testRuns({ n: 21 });
  await person.seesWith('execution-banner', 'data-status', 'completed');
  await person.inspects(first, 'data');
  await person.picks('test-way', 'Recorded');
  await person.sees(`mark-recorded-${first}`);
  await person.opensTestRun({ n: 21 });
  await person.reads('run-record', '1 step answers as in');
  await person.photographs('recorded-dialog-light');
  await person.clicks('run-start');
  await person.reads(`source-${first}`, 'recorded');
  assert.equal(await person.at(`source-${second}`).count(), 0);
  await person.photographs('recorded-light');

  // Another input has no answer in the record, and the failure says so.
  await person.testRuns({ n: 1 });
  await person.seesWith(`node-${first}`, 'data-status', 'failed');
  await person.reads('execution-error', 'no record');

  await person.inspects(first, 'data');
  await person.picks('test-way', 'Static');
  await person.types('pin-json', '{"n": 100}');
  await person.sees(`mark-pin-${first}`);
  await person.photographs('static-light');
  assert.deepEqual(await person.serious(), []);
  await person.testRuns({ n: 1 });
  await person.reads(`source-${first}`, 'pinned');
  await person.seesWith('execution-banner', 'data-status', 'completed');
  await person.inspects(first, 'data');
  await person.picks('test-way', 'Live');
  await person.at(`mark-pin-${first}`).first().waitFor({ state: 'detached' });
  assert.deepEqual(person.complaints, []);
});
