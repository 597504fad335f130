import { NumberInput } from '@mantine/core'

type Props = {
  label: string
  /** In milliseconds; undefined is none. */
  value: number | undefined
  onChange: (ms: number | undefined) => void
  placeholder?: string
  testId?: string
}

/** A time in seconds; kept in milliseconds. Empty is none. */
export function SecondsInput({ label, value, onChange, placeholder, testId }: Props) {
  return (
    <NumberInput
      size="xs"
      label={label}
      suffix=" s"
      min={0}
      step={1}
      decimalScale={3}
      value={value === undefined ? '' : value / 1_000}
      placeholder={placeholder}
      onChange={(seconds) => {
        if (seconds === '') onChange(undefined)
        else if (typeof seconds === 'number' && seconds > 0) onChange(Math.round(seconds * 1_000))
      }}
      data-testid={testId}
    />
  )
}
