import { describe, expect, it } from 'vitest'
import { readBuildTarget, refuseOtherTargets } from './build-target.ts'

const ENV = {
  RBEE_VARIANT: 'cpu',
  RBEE_PLATFORM: 'linux-x86_64',
  RBEE_VERSION: '1.0.0-rc.1',
  RBEE_OUTPUT: 'dist/out',
}

describe('readBuildTarget', () => {
  it('reads the four variables, the output relative to the worker', () => {
    expect(readBuildTarget(ENV, '/workers/echo')).toEqual({
      variant: 'cpu',
      platform: 'linux-x86_64',
      version: '1.0.0-rc.1',
      output: '/workers/echo/dist/out',
    })
  })

  it.each([
    [{ RBEE_VARIANT: undefined }, 'RBEE_VARIANT is not set'],
    [{ RBEE_VARIANT: '../cpu' }, 'RBEE_VARIANT'],
    [{ RBEE_PLATFORM: 'linux' }, 'RBEE_PLATFORM'],
    [{ RBEE_VERSION: 'latest' }, 'RBEE_VERSION'],
    [{ RBEE_OUTPUT: '' }, 'RBEE_OUTPUT'],
    [{ RBEE_OUTPUT: '.' }, 'holds the worker itself'],
    [{ RBEE_OUTPUT: '/' }, 'holds the worker itself'],
    [{ RBEE_OUTPUT: '../..' }, 'holds the worker itself'],
  ])('refuses %j', (part, message) => {
    expect(() => readBuildTarget({ ...ENV, ...part }, '/workers/echo')).toThrow(message)
  })
})

describe('refuseOtherTargets', () => {
  it('names what can be built', () => {
    const target = { ...readBuildTarget(ENV, '/workers/echo'), variant: 'cuda' }
    expect(() => refuseOtherTargets(target, ['linux-x86_64/cpu'])).toThrow(
      'This build makes linux-x86_64/cpu; linux-x86_64/cuda is not among them.',
    )
  })
})
