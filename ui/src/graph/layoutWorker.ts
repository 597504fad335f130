//! ELK runs in its own worker: a large layout never holds up the canvas. The worker starts with the first layout.

import ELK, { type ELK as Elk } from 'elkjs/lib/elk-api'
import workerUrl from 'elkjs/lib/elk-worker.min.js?url'

import type { Workflow } from '@/api/types'

import type { Point } from './edits/add'
import { elkGraph, placesFrom } from './layout'
import type { Library } from './lookup'

let elk: Elk | undefined

/** A place for every step. */
export async function layout(document: Workflow, library: Library): Promise<Map<string, Point>> {
  elk ??= new ELK({ workerUrl })
  return placesFrom(await elk.layout(elkGraph(document, library)), document)
}
