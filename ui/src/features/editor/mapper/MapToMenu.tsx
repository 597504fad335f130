import { Menu } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useMemo } from 'react'

import { useMapperParts } from './context'
import { NEW_FIELD, type Carried } from './hand'
import { addsFields, targetsOf } from './targets'
import classes from './tree.module.css'

const EVERYTHING = { get: () => true } as unknown as ReadonlyMap<string, boolean>

/** The fields of the step's input to choose from, for whoever does not drag. */
export function MapToMenu({ carried, x, y, onClose }: { carried: Carried; x: number; y: number; onClose: () => void }) {
  const { mapping, mapTo } = useMapperParts()
  const targets = useMemo(() => targetsOf(mapping.accepts, mapping.mapping, EVERYTHING), [mapping.accepts, mapping.mapping])
  return (
    <Menu opened onClose={onClose} position="bottom-start" width={280} returnFocus={false} withinPortal>
      <Menu.Target>
        <span aria-hidden style={{ position: 'fixed', left: x, top: y, width: 0, height: 0 }} />
      </Menu.Target>
      <Menu.Dropdown mah={340} style={{ overflowY: 'auto' }} data-testid="map-to-menu">
        <Menu.Label>
          Map <code>{carried.name}</code> to
        </Menu.Label>
        {targets.map((target) => (
          <Menu.Item
            key={target.key}
            style={{ paddingLeft: 10 + (target.path.length - 1) * 14 }}
            onClick={() => mapTo(carried, target.key)}
            data-testid={`map-to-field-${target.key}`}
            rightSection={<small className={classes.type}>{target.expression !== undefined && !target.inParts ? 'replaces' : target.type}</small>}
          >
            <span className="mono">{target.name}</span>
            {target.required && <span className={classes.star}>*</span>}
          </Menu.Item>
        ))}
        {addsFields(mapping.accepts) && (
          <Menu.Item leftSection={<Plus size={13} />} onClick={() => mapTo(carried, NEW_FIELD)} data-testid="map-to-new">
            A new field “{carried.name}”
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
