import { ChevronDown, ChevronRight, CornerDownLeft, X } from 'lucide-react'
import { useEffect, useEffectEvent, useState, type KeyboardEvent } from 'react'

import { BriefValue } from '@/components/data/BriefValue'
import { Prose } from '@/components/Prose'

import { ExpressionInput } from '../inspector/data/ExpressionInput'
import { FixButtons } from '../problems/FixButtons'
import { readLiteral } from './literal'
import type { Offer } from './offers'
import { useHand, useMapperParts } from './context'
import { Expression } from './Expression'
import { OfferLine } from './OfferLine'
import classes from './target.module.css'
import type { Target } from './targets'
import { useEvaluation } from './useEvaluation'
import { VerdictIcon } from './VerdictIcon'

type Props = {
  target: Target
  wide: boolean
  offer: Offer | undefined
  onToggle: (target: Target, open: boolean) => void
  /** A key on the place where what was picked up can be put down. */
  onSlotKey: (event: KeyboardEvent) => void
}

/** How long a dragged field rests on a folded one before that unfolds. */
const UNFOLD_MS = 600

/** The fields a mapped object is put together from. */
function partsOf(expression: string): string {
  return `{ ${(readLiteral(expression) ?? []).map(({ key }) => key).join(', ')} }`
}

/** One field of the step's input: where it comes from, what it gets, whether that fits. */
export function TargetRow({ target, wide, offer, onToggle, onSlotKey }: Props) {
  const { mapping, hand, mapTo } = useMapperParts()
  const [focused, setFocused] = useState(false)
  const { key, name, path, expression, inParts, open } = target
  const over = useHand((state) => state.over === key)
  const picked = useHand((state) => (state.at === null ? state.carried : null))
  const verdict = mapping.verdict(target)
  const value = mapping.value(target)
  const merged = mapping.mapping === undefined
  const Chevron = open ? ChevronDown : ChevronRight
  const said = verdict.tone === 'never' || verdict.tone === 'sometimes'
  const evaluation = useEvaluation(mapping.step.id, focused && !inParts ? (expression ?? '') : null, mapping.preview.data)
  // Held over a folded field for a moment, it unfolds.
  const unfold = useEffectEvent(() => onToggle(target, true))
  const waits = over && open === false
  useEffect(() => {
    if (!waits) return
    const timer = setTimeout(unfold, UNFOLD_MS)
    return () => clearTimeout(timer)
  }, [waits])
  const shown = evaluation.state === 'value' ? evaluation.value : value
  return (
    <div
      className={classes.row}
      data-map-field={key}
      data-mapped={expression !== undefined || undefined}
      data-required={(target.needed && expression === undefined) || undefined}
      data-over={over || undefined}
      data-offered={(offer && expression === undefined) || undefined}
      data-tone={verdict.tone}
      style={{ paddingLeft: (path.length - 1) * 16 }}
      onPointerEnter={() => hand.rest(`>${key}`)}
      onPointerLeave={() => hand.rest(null)}
    >
      {wide && <span className={classes.port} data-wire-target={key} aria-hidden />}
      <span className={classes.name} title={target.description ?? name}>
        {open !== undefined && (
          <button
            type="button"
            aria-expanded={open}
            aria-label={open ? `Fold ${name}` : `Unfold ${name}`}
            onClick={() => onToggle(target, !open)}
            data-testid={`map-toggle-${key}`}
          >
            <Chevron size={13} />
          </button>
        )}
        <span className={classes.words}>
          <span>
            {name}
            {target.required && <em aria-hidden>*</em>}
          </span>
          <small data-undeclared={!target.declared || undefined}>{target.declared ? target.type : 'not in the schema'}</small>
        </span>
      </span>
      <div className={classes.field} data-focused={focused || undefined} data-reading={(!focused && expression !== undefined) || undefined}>
        <ExpressionInput
          label={`Expression for ${path.join(' › ')}${target.required ? ', required' : ''}`}
          value={expression ?? ''}
          placeholder={merged ? 'merged' : wide ? 'drop a field, or type' : 'drop, or type'}
          proposals={mapping.completions}
          error={verdict.tone === 'never' && expression !== undefined ? verdict.text : undefined}
          quiet
          onChange={(text) => mapping.type(path, text, target.declared)}
          onFocus={(event) => {
            setFocused(true)
            hand.write({ path, declared: target.declared, input: event.target })
          }}
          onBlur={() => {
            setFocused(false)
            hand.write(null)
          }}
          testId={`map-${key}`}
        />
        {!focused && expression !== undefined && (
          <span className={classes.overlay} aria-hidden>
            {inParts ? <span className={classes.parts}>{partsOf(expression)}</span> : <Expression text={expression} tree={mapping.tree} />}
          </span>
        )}
        {!focused && value !== undefined && (
          <span className={classes.value}>
            <BriefValue value={value} room={wide ? 28 : 14} testId={`map-value-${key}`} />
          </span>
        )}
        {expression !== undefined && (
          <button
            type="button"
            className={classes.remove}
            aria-label={`Remove ${path.join(' › ')}`}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => mapping.remove(path)}
            data-testid={`map-remove-${key}`}
          >
            <X size={12} aria-hidden />
          </button>
        )}
        {focused && (
          <p className={classes.live} data-error={evaluation.state === 'error' || undefined} aria-live="polite" data-testid={`map-live-${key}`}>
            {evaluation.state === 'error' ? (
              evaluation.message
            ) : shown !== undefined && expression !== undefined ? (
              <>
                gives <BriefValue value={shown} room={wide ? 90 : 44} />
              </>
            ) : expression ? (
              '…'
            ) : (
              'Type an expression; Ctrl Space proposes fields'
            )}
          </p>
        )}
      </div>
      <VerdictIcon verdict={verdict} testId={`map-verdict-${key}`} />
      {said && (
        <div className={classes.reason} data-tone={verdict.tone}>
          <span>
            <Prose text={verdict.text} />
          </span>
          {verdict.fixes && verdict.fixes.length > 0 && (
            <span className={classes.fixes}>
              <FixButtons fixes={verdict.fixes} testId={`map-fix-${key}`} />
            </span>
          )}
        </div>
      )}
      {offer && <OfferLine offer={offer} wide={wide} />}
      {picked && (
        <button
          type="button"
          className={classes.here}
          data-slot={key}
          aria-label={`Map ${picked.name} to ${path.join(' › ')}`}
          data-testid={`map-here-${key}`}
          onKeyDown={onSlotKey}
          onClick={() => {
            mapTo(picked, key)
            hand.drop()
          }}
        >
          <CornerDownLeft size={12} aria-hidden /> Map here
        </button>
      )}
    </div>
  )
}
