//! Mantine dressed in our tokens: every Mantine colour resolves to a variable of tokens.css.

import {
  ActionIcon,
  Autocomplete,
  Button,
  createTheme,
  Drawer,
  Input,
  InputWrapper,
  localStorageColorSchemeManager,
  Menu,
  Modal,
  NumberInput,
  SegmentedControl,
  Select,
  Textarea,
  TextInput,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core'

/** A Mantine colour scale made of tokens. */
function tuple(...names: [string, string, string, string, string, string, string, string, string, string]) {
  return names.map((name) => `var(--${name})`) as unknown as MantineColorsTuple
}

/** Buttons and fields are 30 px high with 13 px text unless a size is asked for. */
const control = { '--input-fz': '13px', '--input-height': '30px', '--input-size': '30px' }

const SCRIM = { color: 'var(--scrim)', backgroundOpacity: 1 }

const WRAPPER = {
  label: { '--input-label-size': '12.5px', '--input-asterisk-color': 'var(--bad)' },
  description: { '--input-description-size': '11.5px' },
  error: { '--input-error-size': '11.5px' },
  success: {},
} as const

export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  primaryColor: 'indigo',
  // Mantine draws borders, fields and menus from these two scales; they are the tokens of each theme, light to dark.
  colors: {
    dark: tuple('text', 'mute', 'faint', 'ghost', 'line', 'hover', 'panel', 'bg', 'bg', 'bg'),
    gray: tuple('raised', 'raised', 'hover', 'line', 'line', 'ghost', 'mute', 'mute', 'text', 'text'),
  },
  defaultRadius: 7,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: '11.5px', sm: '13px', md: '13px', lg: '15px', xl: '18px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.45', lg: '1.4', xl: '1.3' },
  spacing: { xs: '4px', sm: '8px', md: '16px', lg: '24px', xl: '32px' },
  headings: { fontWeight: '600', fontFamily: 'var(--font)' },
  components: {
    Button: Button.extend({
      defaultProps: { size: 'xs', variant: 'default' },
      // Where room is scarce, it is taken from texts: a button that is cut off says nothing.
      styles: { root: { flexShrink: 0, maxWidth: '100%' }, label: { fontWeight: 500 } },
      vars: (_, { size }) =>
        size === 'xs'
          ? { root: { '--button-fz': '13px', '--button-height': '30px', '--button-padding-x': '11px' } }
          : { root: {} },
    }),
    Input: Input.extend({ vars: (_, { size }) => (size === 'xs' ? { wrapper: control } : { wrapper: {} }) }),
    InputWrapper: InputWrapper.extend({
      vars: () => WRAPPER,
      styles: { label: { marginBottom: 4 }, description: { marginBottom: 4 } },
    }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 28 } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'xs' } }),
    Select: Select.extend({ defaultProps: { size: 'xs' } }),
    Autocomplete: Autocomplete.extend({ defaultProps: { size: 'xs' } }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'xs' } }),
    Tooltip: Tooltip.extend({
      styles: { tooltip: { background: 'var(--text)', color: 'var(--bg)', fontSize: 12 } },
      defaultProps: { openDelay: 400, withArrow: false, transitionProps: { duration: 100 } },
    }),
    SegmentedControl: SegmentedControl.extend({
      styles: {
        root: { background: 'var(--bg)', border: '1px solid var(--line)' },
        indicator: { background: 'var(--raised)', boxShadow: '0 0 0 1px var(--line)' },
        label: { padding: '3px 12px', fontSize: 13, fontWeight: 500 },
      },
      defaultProps: { withItemsBorders: false, transitionDuration: 120 },
    }),
    Menu: Menu.extend({
      styles: { dropdown: { background: 'var(--panel)', boxShadow: 'var(--shadow)' } },
      defaultProps: { transitionProps: { duration: 100 }, shadow: 'md', withInitialFocusPlaceholder: false },
    }),
    Drawer: Drawer.extend({
      defaultProps: { overlayProps: SCRIM, closeButtonProps: { 'aria-label': 'Close' } },
      styles: {
        content: { background: 'var(--panel)', borderLeft: '1px solid var(--line)' },
        header: { background: 'var(--panel)' },
        title: { fontWeight: 600, fontSize: 15 },
      },
    }),
    Modal: Modal.extend({
      defaultProps: {
        transitionProps: { duration: 140, transition: 'pop' },
        radius: 12,
        centered: true,
        overlayProps: SCRIM,
        closeButtonProps: { 'aria-label': 'Close' },
      },
      styles: {
        content: { background: 'var(--panel)', border: '1px solid var(--line)', boxShadow: 'var(--shadow)' },
        header: { background: 'var(--panel)' },
        title: { fontWeight: 600, fontSize: 15 },
      },
    }),
  },
})

/** Where the choice of theme is kept in the browser; public/first-paint.js reads the same key. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'heddle.theme' })

const shared = {
  '--mantine-color-body': 'var(--bg)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-bright': 'var(--text)',
  '--mantine-color-dimmed': 'var(--mute)',
  '--mantine-color-placeholder': 'var(--faint)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line)',
  '--mantine-color-disabled': 'var(--hover)',
  '--mantine-color-disabled-color': 'var(--ghost)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-filled': 'var(--accent-fill)',
  '--mantine-primary-color-filled-hover': 'var(--accent-fill-hover)',
  '--mantine-primary-color-light': 'var(--accent-soft)',
  '--mantine-primary-color-light-hover': 'var(--accent-soft)',
  '--mantine-primary-color-light-color': 'var(--accent)',
  '--mantine-color-indigo-filled': 'var(--accent-fill)',
  '--mantine-color-indigo-filled-hover': 'var(--accent-fill-hover)',
  '--mantine-color-indigo-light': 'var(--accent-soft)',
  '--mantine-color-indigo-light-hover': 'var(--accent-soft)',
  '--mantine-color-indigo-light-color': 'var(--accent)',
  '--mantine-color-indigo-outline': 'var(--accent)',
  '--mantine-color-indigo-text': 'var(--accent)',
  '--mantine-color-red-filled': 'var(--bad-fill)',
  '--mantine-color-red-filled-hover': 'var(--bad-fill)',
  '--mantine-color-red-light-color': 'var(--bad)',
  '--mantine-color-red-text': 'var(--bad)',
  // Menus take this shade for what they say in red.
  '--mantine-color-red-6': 'var(--bad)',
  '--mantine-color-gray-light': 'var(--hover)',
  '--mantine-color-gray-light-hover': 'var(--hover)',
  '--mantine-color-gray-light-color': 'var(--mute)',
  '--mantine-color-gray-text': 'var(--mute)',
}

export const cssVariablesResolver: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared })
