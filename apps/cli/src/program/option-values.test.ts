import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  choiceOption,
  numberOption,
  PORT,
  READY_TIMEOUT,
  switchOption,
  textOption,
  timeOption,
} from './option-values.ts'

const saysOf = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues[0]?.message

describe('a number on the command line', () => {
  it.each([
    [PORT, '8787', 8787],
    [PORT, '0', 0],
    [READY_TIMEOUT, '0.5', 0.5],
  ])('%j takes %s', (range, text, number) => {
    expect(numberOption(range).parse(text)).toBe(number)
  })

  it.each([
    [PORT, 'abc', 'must be a port from 0 to 65535, not "abc"'],
    [PORT, '', 'must be a port from 0 to 65535, not empty'],
    [PORT, ' 1', 'must be a port from 0 to 65535, not " 1"'],
    [PORT, '1e3', 'must be a port from 0 to 65535, not "1e3"'],
    [PORT, '0x10', 'must be a port from 0 to 65535, not "0x10"'],
    [PORT, '1.5', 'must be a port from 0 to 65535, not "1.5"'],
    [READY_TIMEOUT, '0', 'must be a number of seconds above 0 and up to 86400, not "0"'],
    [{ min: 0, max: 9 }, '-1', 'must be a whole number from 0 to 9, not "-1"'],
    [PORT, 'x'.repeat(1000), `must be a port from 0 to 65535, not "${'x'.repeat(60)}…"`],
    [PORT, undefined, 'must be a port from 0 to 65535'],
  ])('%j refuses %j in plain words', (range, text, message) => {
    expect(saysOf(numberOption(range), text)).toBe(message)
  })
})

it('choices, switches and texts say what was given and what is allowed', () => {
  expect(saysOf(choiceOption(['fast', 'default', 'best']), 'max')).toBe(
    'must be fast, default or best, not "max"',
  )
  expect(saysOf(switchOption(), 'maybe')).toBe('must be true or false, not "maybe"')
  expect([switchOption().parse(true), switchOption().parse('no')]).toEqual([true, false])
  expect(saysOf(textOption(z.string().regex(/^a$/, 'is no a')), 'b')).toBe('"b" is no a')
  expect(saysOf(textOption(z.string()), undefined)).toBe('is needed')
})

describe('timeOption', () => {
  const option = timeOption()

  it.each([
    ['0', 0],
    ['0h', 0],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['72h', 259_200_000],
    ['3d', 259_200_000],
  ])('reads %s', (text, milliseconds) => {
    expect(option.parse(text)).toBe(milliseconds)
  })

  it.each(['', '72', 'h', '-1h', '1.5h', '1w', '367d', '9999999999h', ' 1h'])('refuses "%s"', (text) => {
    expect(option.safeParse(text).error?.issues[0]?.message).toMatch(/^must be 0 or a time such as 30m/)
  })
})
