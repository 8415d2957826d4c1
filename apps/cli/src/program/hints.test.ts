import { describe, expect, it } from 'vitest'
import { hintsFor } from './hints.ts'

const CLONE = {
  npm_lifecycle_event: 'rbee-hive',
  npm_config_user_agent: 'pnpm/12.0.0 npm/? node/v24.21.0 linux x64',
  npm_execpath: '/home/u/.npm/_npx/ab/node_modules/pnpm/bin/pnpm.cjs',
}

describe('hintsFor', () => {
  it('leaves hints alone where the programs are installed, also when another script calls them', () => {
    const hint = 'stop it with: rbee-hive stop ocr-worker'
    expect(hintsFor({})(hint)).toBe(hint)
    expect(hintsFor({ ...CLONE, npm_lifecycle_event: 'build' })(hint)).toBe(hint)
  })

  it.each([
    [{}, 'npx -y pnpm@12 -s rbee-hive'],
    [{ npm_execpath: '/usr/lib/node_modules/pnpm/bin/pnpm.cjs' }, 'pnpm -s rbee-hive'],
    [{ npm_config_user_agent: 'npm/11.19.0 node/v24.21.0' }, 'npm run -s rbee-hive --'],
  ])('writes them as they have to be typed in a clone: %j', (more, how) => {
    const asTyped = hintsFor({ ...CLONE, ...more })
    expect(asTyped('stop it with: rbee-hive stop a')).toBe(`stop it with: ${how} stop a`)
    expect(asTyped('see rbee-hive --help')).toBe(`see ${how} --help`)
    expect(asTyped('ask (rbee-hive list)')).toBe(`ask (${how} list)`)
  })

  it('touches nothing but commands', () => {
    const asTyped = hintsFor(CLONE)
    for (const text of [
      'rbee-hive has no command "x"',
      'a defect of rbee-hive, please report it: no',
      'see /srv/rbee/x',
    ])
      expect(asTyped(text)).toBe(text)
  })
})
