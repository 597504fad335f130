// The mapper: fields are dragged, picked up with keys, and mapped by themselves.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

test('a field is dragged to where it goes, and is judged before it is let go', async () => {
  const person = await stage.openMapper('dark');
  await person.sees('source-steps.analyze.output.subject');
  await person.drags(await person.middle('source-steps.analyze.output.subject'), await person.middle('map-subject'));
  assert.equal(await person.at('map-subject').inputValue(), 'steps.analyze.output.subject');
  await person.sees('mapper-wire-subject');
  await person.seesWith('map-verdict-subject', 'data-tone', 'always');

  // A value that cannot work says so before it is let go, and where it then stands; one undo takes it back.
  const [from, to] = [await person.middle('source-steps.analyze.output.subject'), await person.middle('map-amounts')];
  await person.page.mouse.move(from.x, from.y);
  await person.page.mouse.down();
  await person.page.mouse.move(to.x, to.y, { steps: 8 });
  await person.seesWith('field-in-hand-verdict', 'data-tone', 'never');
  await person.page.mouse.up();
  await person.seesWith('map-verdict-amounts', 'data-tone', 'never');
  await person.photographs('mapper-dark');
  await person.clicks('mapper-undo');
  await person.page.locator('[data-testid="map-amounts"][value=""]').waitFor();
  assert.deepEqual(person.complaints, []);
});

test('auto-map fills what is not mapped at once, and one undo takes all of it back', async () => {
  const person = await stage.openMapper('light');
  await person.clicks('automap');
  await person.sees('automap-offer-priority');
  await person.photographs('mapper-automap-light');
  await person.clicks('automap-take-all');
  assert.equal(await person.at('map-priority').inputValue(), 'steps.analyze.output.priority');
  assert.equal(await person.at('map-customer_360').inputValue(), 'steps.customer.output.customer_360');
  await person.clicks('mapper-undo');
  await person.page.locator('[data-testid="map-priority"][value=""]').waitFor();
  assert.deepEqual(person.complaints, []);
});

test('without a mouse: keys pick a field up and put it down; axe finds nothing serious', async () => {
  const person = await stage.openMapper('dark');
  await person.sees('source-steps.analyze.output.tags');
  await person.writes('source-search', 'tags');
  await person.at('source-tree').first().focus();
  await person.page.keyboard.press('End');
  await person.page.keyboard.press('Enter');
  await person.sees('map-here-tags');
  await person.page.keyboard.press('Enter');
  await person.page.locator('[data-testid="map-tags"][value="steps.analyze.output.tags"]').waitFor();

  assert.deepEqual(await person.serious(), []);
  assert.deepEqual(person.complaints, []);
});
