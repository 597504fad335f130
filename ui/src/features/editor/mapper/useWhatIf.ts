//! Whether a field would fit where it is held over, asked before it is let go.

import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'

import { validate } from '@/api/proof'
import { setMapping } from '@/graph/edits/step'

import { useProof, useSession } from '../session/context'
import { useHand, useMapperParts } from './context'
import { NEW_FIELD } from './hand'
import { withExpressionAt } from './literal'
import { pathOf, targetsOf } from './targets'
import { verdictOf, type FieldVerdict } from './verdicts'

/** How long the pointer has to rest on a field. */
const REST_MS = 60

const EVERYTHING = { get: () => true } as unknown as ReadonlyMap<string, boolean>

/** The verdict on what is carried at the field it is over; undefined while that is not known. */
export function useWhatIf(): FieldVerdict | undefined {
  const { mapping } = useMapperParts()
  const session = useSession()
  const mode = useProof((state) => state.mode)
  const expression = useHand((state) => state.carried?.expression)
  const over = useHand((state) => state.over)
  const [rested] = useDebouncedValue(over, REST_MS)
  const step = mapping.step.id
  const query = useQuery({
    queryKey: ['what-if', session.id, step, mapping.mapping, expression, rested, mode],
    queryFn: async ({ signal }) => {
      const [field = '', ...within] = pathOf(rested ?? '')
      const next = withExpressionAt(mapping.mapping?.[field], within, expression)
      if (!next) return { tone: 'never', text: `${field} comes as a whole: take its expression away first` } satisfies FieldVerdict
      const mapped = { ...mapping.mapping, [field]: next.text ?? '' }
      const edit = setMapping(session.store.getState().document, step, mapped)
      if (!edit) return null
      const { wires, diagnostics, steps } = await validate({ document: edit.document, mode, flows: [step] }, signal)
      const target = targetsOf(mapping.accepts, mapped, EVERYTHING).find((each) => each.key === rested)
      return target
        ? verdictOf(target, {
            mapped: true,
            wires: wires.filter((wire) => wire.to === step),
            diagnostics: diagnostics.filter((each) => each.step === step),
            preview: undefined,
            fields: steps.find((each) => each.step === step)?.fields,
          })
        : null
    },
    enabled: expression !== undefined && rested !== null && rested === over && rested !== NEW_FIELD,
    gcTime: 10_000,
    retry: false,
  })
  return rested === over && over !== null ? (query.data ?? undefined) : undefined
}
