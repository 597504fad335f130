// What a person does in the first five minutes, in a browser: draw, run, read, save, come back.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

const TICKET = `Subject: charged twice
ticket #48213, customer CUST-1001. We were charged twice for the priority support add-on: €499.00 on 3 November 2026.
Please refund one of them today, this is unacceptable!`;

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

test('three agents are drawn, run, read on the timeline, saved, and still there after a restart', async () => {
  const person = await stage.open();
  await person.sees('nav-workflows');
  await person.photographs('home-dark');
  await person.clicks('new-workflow');
  await person.sees('canvas');
  const address = new URL(person.page.url()).pathname;

  await person.placesAgent('ticket-analyzer', { x: 120, y: 220 });
  await person.page.locator('[data-testid^="node-"]').nth(0).waitFor();
  await person.placesAgent('customer-data', { x: 380, y: 220 });
  await person.page.locator('[data-testid^="node-"]').nth(1).waitFor();
  await person.placesAgent('solution-generator', { x: 640, y: 220 });
  await person.page.locator('[data-testid^="node-"]').nth(2).waitFor();
  const [analyzer = '', customer = '', solution = ''] = await person.steps();
  await person.wires(analyzer, customer);
  await person.page.locator('.react-flow__edge').nth(0).waitFor({ state: 'attached' });
  await person.wires(customer, solution);
  await person.page.locator('.react-flow__edge').nth(1).waitFor({ state: 'attached' });

  // A workflow without an input schema takes its input as JSON.
  await person.clicks('test-run');
  await person.sees('run-dialog');
  await person.page.getByTestId('run-dialog').getByText('JSON', { exact: true }).first().click();
  const json = person.page.locator('[data-testid="run-input-json"] .cm-content');
  await json.click();
  await person.page.keyboard.press('Control+A');
  await person.page.keyboard.insertText(JSON.stringify({ ticket_text: TICKET }));
  await person.clicks('run-start');
  for (const step of [analyzer, customer, solution]) await person.seesWith(`node-${step}`, 'data-status', 'completed');
  await person.seesWith('execution-banner', 'data-status', 'completed');
  for (const step of [analyzer, customer, solution]) {
    await person.sees(`timeline-row-${step}`);
    await person.sees(`timeline-bar-${step}-1-running`);
  }
  await person.photographs('editor-run-dark');

  await person.clicks('save-version');
  await person.writes('version-note', 'First state that works');
  await person.clicks('version-save');
  await person.reads('version-chip', 'v1');

  await person.clicks('open-execution');
  await person.seesWith('execution-page', 'data-status', 'completed');
  await person.reads('execution-progress', '3 of 3');
  await person.photographs('execution-dark');
  const execution = new URL(person.page.url()).pathname;
  assert.match(execution, /^\/executions\/exec-/);
  assert.deepEqual(person.complaints, []);
  await person.page.context().close();

  await stage.stopServing();
  await stage.serve();
  const returned = await stage.open('light');
  await returned.sees('nav-workflows');
  await returned.photographs('home-light');
  await returned.goesTo(address);
  await returned.sees(`node-${analyzer}`);
  assert.deepEqual(await returned.steps(), [analyzer, customer, solution]);
  await returned.reads('version-chip', 'v1');
  await returned.photographs('editor-light');
  await returned.goesTo('/executions');
  const row = returned.at(`execution-row-${execution.split('/').pop()}`);
  // It is asked for while the pointer rests on its row, so that it is there when somebody clicks.
  const asked = returned.page.waitForRequest((request) => request.url().includes(`/api${execution}?`));
  await row.hover();
  await asked;
  await row.click();
  await returned.seesWith('execution-page', 'data-status', 'completed');
  await returned.photographs('execution-light');
  assert.deepEqual(returned.complaints, []);
});

test('the example runs with the form made from its input schema', async () => {
  const person = await stage.open();
  await person.sees('nav-workflows');
  await person.goesTo('/workflows/it-ticket-triage');
  await person.sees('node-analyze');
  await person.clicks('test-run');
  await person.page.locator('[data-testid="field-/ticket_text"]').fill(TICKET);
  await person.clicks('run-start');
  await person.seesWith('node-solve', 'data-status', 'completed');
  await person.seesWith('execution-banner', 'data-status', 'completed');
  await person.photographs('triage-run-dark');
  assert.deepEqual(person.complaints, []);
});
