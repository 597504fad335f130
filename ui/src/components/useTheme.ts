//! Dark, light, or like the system: applied at once, kept in this browser and, for every door, in the settings.

import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

import { putSetting, settingsQuery } from '@/api/settings'
import { setWindowColour, setWindowTheme } from '@/desktop/window'

import { attempt } from './notify'

export type ThemeChoice = 'auto' | 'dark' | 'light'

const KEY = 'ui.theme'

export function useTheme(): { choice: ThemeChoice; choose: (choice: ThemeChoice) => void } {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return {
    choice: colorScheme,
    choose: (choice) => {
      setColorScheme(choice)
      setWindowTheme(choice)
      void attempt('The theme was not kept', () => putSetting(KEY, choice))
    },
  }
}

/** Takes the kept theme over once, when the settings have arrived, and paints the window as the page. For the shell. */
export function useKeptTheme(): void {
  const { setColorScheme } = useMantineColorScheme()
  const { data } = useQuery(settingsQuery())
  const taken = useRef(false)
  useEffect(() => {
    if (!data || taken.current) return
    taken.current = true
    const kept = data[KEY]
    if (!isChoice(kept)) return
    setColorScheme(kept)
    setWindowTheme(kept)
  }, [data, setColorScheme])

  const scheme = useComputedColorScheme('dark')
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const page = document.documentElement
      // Not before the page has the colours of the scheme.
      if (page.dataset['mantineColorScheme'] === scheme) setWindowColour(getComputedStyle(page).getPropertyValue('--bg').trim())
    })
    return () => cancelAnimationFrame(frame)
  }, [scheme])
}

export function isChoice(value: unknown): value is ThemeChoice {
  return value === 'auto' || value === 'dark' || value === 'light'
}
