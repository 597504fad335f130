import { Button, Menu } from '@mantine/core'
import { ChevronDown, Sparkles } from 'lucide-react'

import type { MapProposal } from '@/api/preview'
import { BriefValue } from '@/components/data/BriefValue'

import type { Offer } from './offers'
import { useMapperParts } from './context'
import { Expression } from './Expression'
import classes from './offer.module.css'
import { VerdictIcon } from './VerdictIcon'

const TEXT = { always: 'Everything that may come fits', sometimes: 'Some of what may come does not fit', never: 'Nothing that may come fits', unknown: 'Whether it fits could not be decided' }

/** What auto-map proposes for a field: from where, why, whether it fits, what it would give. */
export function OfferLine({ offer, wide }: { offer: Offer; wide: boolean }) {
  const { mapping } = useMapperParts()
  const { field, best, others } = offer
  const value = mapping.completions.find((each) => each.expression === best.expression)?.value
  const take = (proposal: MapProposal) => mapping.take([{ ...offer, best: proposal }])
  return (
    <div className={classes.offer} data-testid={`automap-offer-${field}`}>
      <Sparkles size={12} aria-hidden />
      <span className={classes.offered} title={best.expression}>
        <Expression text={best.expression} tree={mapping.tree} />
        <small title={best.why}>
          {best.why}
          {value !== undefined && (
            <>
              {' · '}
              <BriefValue value={value} room={wide ? 40 : 14} />
            </>
          )}
        </small>
      </span>
      <VerdictIcon verdict={{ tone: best.verdict, text: TEXT[best.verdict] }} />
      <Button.Group>
        <Button size="compact-xs" variant={offer.confident ? 'light' : 'default'} onClick={() => take(best)} data-testid={`automap-take-${field}`}>
          {offer.current === undefined ? 'Take' : 'Replace'}
        </Button>
        {others.length > 0 && (
          <Menu position="bottom-end" width={340}>
            <Menu.Target>
              <Button size="compact-xs" px={4} variant={offer.confident ? 'light' : 'default'} aria-label={`Other proposals for ${field}`} data-testid={`automap-others-${field}`}>
                <ChevronDown size={12} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown mah={280} style={{ overflowY: 'auto' }}>
              {others.map((each) => (
                <Menu.Item
                  key={each.expression}
                  onClick={() => take(each)}
                  rightSection={<VerdictIcon verdict={{ tone: each.verdict, text: TEXT[each.verdict] }} />}
                >
                  <Expression text={each.expression} tree={mapping.tree} />
                  <small className={classes.why}>{each.why}</small>
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </Button.Group>
    </div>
  )
}
