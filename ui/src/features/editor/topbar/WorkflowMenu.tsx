import { ActionIcon, Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Copy, Download, Ellipsis, History, Settings2, Trash2 } from 'lucide-react'

import { deleteWithUndo, duplicate, exportToFile } from '@/components/workflow-actions'
import { useMenu } from '@/desktop/menu'
import { NOTHING } from '@/graph/selection'

import { useSession, useUiStore } from '../session/context'

/** What is done with the workflow as a whole. */
export function WorkflowMenu() {
  const session = useSession()
  const ui = useUiStore()
  const navigate = useNavigate()
  const named = () => ({ id: session.id, name: session.store.getState().document.name })
  const copy = async () => {
    await session.saver.settled()
    const id = await duplicate(named())
    if (id !== undefined) await navigate({ to: '/workflows/$id', params: { id } })
  }
  const save = async () => {
    await session.saver.settled()
    await exportToFile(named())
  }
  useMenu((item) => {
    if (item === 'file.export') void save()
  })
  const remove = async () => {
    await session.saver.settled()
    await deleteWithUndo(named())
    await navigate({ to: '/' })
  }
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon aria-label="More" data-testid="workflow-menu">
          <Ellipsis size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Settings2 size={14} />} onClick={() => session.select(NOTHING)} data-testid="menu-settings">
          Workflow settings
        </Menu.Item>
        <Menu.Item leftSection={<History size={14} />} onClick={() => ui.setState({ dialog: 'history' })} data-testid="menu-history">
          Version history
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<Copy size={14} />} onClick={() => void copy()} data-testid="menu-duplicate">
          Duplicate
        </Menu.Item>
        <Menu.Item leftSection={<Download size={14} />} onClick={() => void save()} data-testid="menu-export">
          Export…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<Trash2 size={14} />} color="red" onClick={() => void remove()} data-testid="menu-delete">
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
