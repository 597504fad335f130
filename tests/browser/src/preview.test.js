// The preview: before anything runs, sample data shows what will flow, on the canvas and field by field.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

/** The text of an element once there is some. @param {import('./person.js').Person} person @param {string} id */
async function textOf(person, id) {
  await person.at(id).filter({ hasText: /./ }).first().waitFor();
  return (await person.at(id).first().textContent()) ?? '';
}

test('a mapped field shows what it will give, and an expression its value while it is typed', async () => {
  const person = await stage.openMapper('dark');
  await person.clicks('automap');
  await person.clicks('automap-take-all');
  assert.match(await textOf(person, 'map-value-subject'), /^".+"$/);

  await person.writes('map-subject', 'input.ticket_text + 1');
  await person.seesWith('map-live-subject', 'data-error', 'true');
  await person.writes('map-subject', '"re: " + steps.analyze.output.category');
  await person.reads('map-live-subject', 'gives "re: ');
  await person.page.keyboard.press('Escape');
  await person.photographs('mapper-mapped-dark');
  assert.deepEqual(person.complaints, []);
});

test('sample data flows over the canvas and is shown whole below it', async () => {
  const person = await stage.openWorkflow('it-ticket-triage', 'light');
  await person.sees('node-solve');
  await person.clicks('preview-toggle');
  await person.sees('preview-step-analyze');
  await person.sees('preview-wire-analyze-customer');
  await person.clicks('preview-open-data');
  await person.clicks('preview-whole');
  await person.reads('preview-shown', 'VPN drops again');
  await person.clicks('preview-entry-solve');
  await person.seesWith('preview-shown', 'data-step', 'solve');
  await person.reads('preview-shown', 'recommendation');
  await person.photographs('preview-light');

  await person.clicks('sample-choice');
  await person.clicks('sample-choose-generated');
  await person.seesWith('sample-choice', 'data-from', 'generated');
  await person.sees('sample-reseed');
  assert.deepEqual(person.complaints, []);
});
