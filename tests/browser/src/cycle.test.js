// A cycle is named on the canvas and keeps a version from being saved, and only that.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

test('a cycle is named where it is drawn, blocks saving a version, and goes when it is undone', async () => {
  const person = await stage.openWorkflow('it-ticket-triage');
  await person.sees('node-solve');
  await person.wires('solve', 'analyze');
  await person.sees('cycle-callout');
  const named = (await person.at('cycle-callout').first().innerText()).replaceAll('\n', ' ');
  for (const step of ['Ticket Analyzer', 'Customer Data', 'Solution Generator']) assert.ok(named.includes(step), named);
  await person.photographs('cycle-dark');

  await person.sees('chip-errors');
  await person.clicks('save-version');
  await person.sees('version-blocked');
  await person.page.keyboard.press('Escape');

  // Editing goes on, and is kept.
  await person.writes('workflow-name', 'Triage with a loop');
  await person.page.keyboard.press('Enter');
  await person.seesWith('version-chip', 'data-save', 'saved');
  await person.page.reload();
  await person.sees('cycle-callout');
  assert.equal(await person.at('workflow-name').first().inputValue(), 'Triage with a loop');

  await person.clicks('undo-edit');
  await person.clicks('undo-edit');
  await person.at('cycle-callout').first().waitFor({ state: 'detached' });
  await person.clicks('save-version');
  await person.clicks('version-save');
  await person.reads('version-chip', 'v1');
  assert.deepEqual(person.complaints, []);
});
