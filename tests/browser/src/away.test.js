// The door and the server behind it: a wrong key, and what is shown while nobody answers.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Stage } from './stage.js';

/** @type {Stage} */
let stage;
before(async () => { stage = await Stage.set(); });
after(async () => { await stage.strike(); });

test('a wrong key is called wrong, the right one leads in', async () => {
  const person = await stage.open('light');
  await person.sees('nav-workflows');
  const page = await person.page.context().newPage();
  await page.goto(person.origin);
  await page.getByTestId('token-input').fill('not the key');
  await page.getByTestId('token-submit').click();
  await page.getByText('That is not the key').waitFor();
  await page.getByTestId('token-input').fill(stage.address);
  await page.getByTestId('token-submit').click();
  await page.getByTestId('new-workflow').waitFor();
});

test('an inbox that cannot be read does not say that nothing waits, and says of when it is', async () => {
  const person = await stage.open('dark');
  await person.sees('nav-inbox');
  await person.clicks('nav-inbox');
  await person.reads('empty-state', 'Nothing waits for you');
  await stage.stopServing();
  await person.reads('connection-lost', 'this is how things stood at');
  await person.reads('empty-state', 'What waits for you is not known');
  await person.photographs('inbox-away-dark');
  assert.deepEqual(person.complaints, []);
});
