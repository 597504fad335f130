import { MantineProvider } from '@mantine/core'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test } from 'vitest'

import { parseJson, toJson } from '@/api/json'

import { SchemaForm } from './SchemaForm'

const schema = {
  type: 'object',
  required: ['text', 'count'],
  properties: {
    text: { type: 'string' },
    count: { type: 'integer' },
    urgent: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    level: { enum: ['low', 'high'] },
  },
}

function Form({ start, of = schema }: { start: unknown; of?: unknown }) {
  const [value, setValue] = useState(start)
  return (
    <MantineProvider env="test">
      <SchemaForm schema={of} value={value} onChange={setValue} problems={[{ path: '/count', message: 'too small' }]} />
      <output>{toJson(value)}</output>
    </MantineProvider>
  )
}

const value = () => screen.getByRole('status').textContent

test('what is typed arrives in the value, and an emptied optional field leaves it', async () => {
  const user = userEvent.setup()
  render(<Form start={{ text: '', count: 1 }} />)
  await user.type(screen.getByTestId('field-/text'), 'Printer on fire')
  await user.click(screen.getByTestId('field-/urgent'))
  await user.click(screen.getByTestId('field-add-/tags'))
  await user.type(screen.getByTestId('field-/tags/0'), 'hot')
  expect(value()).toBe('{"text":"Printer on fire","count":1,"urgent":true,"tags":["hot"]}')
  await user.click(screen.getByLabelText('Remove item 1'))
  expect(value()).toBe('{"text":"Printer on fire","count":1,"urgent":true}')
})

test('a text that grows long keeps the focus, and the lines of what is pasted', async () => {
  const user = userEvent.setup()
  const start = 'The printer on the second floor is on fire again. '.repeat(2)
  const long = `${start}Somebody is on the way. `
  render(<Form start={{ text: start, count: 1 }} />)
  await user.click(screen.getByTestId('field-/text'))
  await user.keyboard(`${long.slice(start.length)}{Enter}`)
  expect(value()).toBe(toJson({ text: long, count: 1 }))
  await user.paste('Please\nhurry')
  expect(value()).toBe(toJson({ text: `${long}Please\nhurry`, count: 1 }))
})

test('a number keeps every digit, and nonsense does not reach the value', async () => {
  const user = userEvent.setup()
  render(<Form start={parseJson('{"text":"","count":12345678901234567890}')} />)
  const count = screen.getByTestId<HTMLInputElement>('field-/count')
  expect(count.value).toBe('12345678901234567890')
  await user.type(count, '7')
  expect(value()).toBe('{"text":"","count":123456789012345678907}')
  await user.type(count, 'x')
  expect(value()).toBe('{"text":"","count":123456789012345678907}')
  expect(screen.getByText(/Not a number/)).toBeTruthy()
})

test('a finding of the backend stands beside its field', () => {
  render(<Form start={{ text: '', count: 0 }} />)
  expect(screen.getByText('too small')).toBeTruthy()
})

test('half-written JSON changes nothing until it is whole', async () => {
  const user = userEvent.setup()
  render(<Form of={{ type: 'object', properties: { any: {} } }} start={{ any: 1 }} />)
  const field = screen.getByTestId('field-/any')
  await user.clear(field)
  await user.type(field, '[[1,')
  expect(value()).toBe('{}')
  await user.type(field, '2]')
  expect(value()).toBe('{"any":[1,2]}')
})
