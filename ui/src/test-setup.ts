import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

afterEach(() => cleanup())

// Mantine's growing text areas measure again when fonts arrive; the test DOM has none to wait for.
Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true })
