import { describe, expect, it } from 'vitest'
import { aMachine } from '../replay/machine.ts'
import { detectWsl } from './wsl.ts'

describe('detectWsl', () => {
  it.each([
    [null, 'Linux version 6.8.0-51-generic (buildd@lcy02-amd64-075)'],
    [1, 'Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com)'],
    [2, 'Linux version 5.15.167.4-microsoft-standard-WSL2 (root@f9c826d3017f)'],
    [2, 'Linux version 6.6.36-custom-WSL2 (me@home)'],
  ])('finds generation %s', async (expected, version) => {
    expect(await detectWsl(aMachine({ files: { '/proc/version': version } }))).toBe(expected)
  })
})
