import { aManifest, TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { dependencyFetch } from './dependencies.ts'

const built = (build: object) => aManifest({ build: { features: ['cpu'], default_feature: 'cpu', ...build } })

describe('dependencyFetch', () => {
  it.for([
    [['package-lock.json'], { command: ['node', 'build.js'] }, 'npm ci', 'package-lock.json'],
    [['pnpm-lock.yaml'], { system: 'npm' }, 'npx --yes', 'pnpm-lock.yaml'],
    [
      ['workers/one/package-lock.json', 'pnpm-lock.yaml'],
      { system: 'npm' },
      'npm ci',
      'workers/one/package-lock.json',
    ],
    [['Cargo.lock', 'package-lock.json'], { system: 'cargo' }, 'cargo fetch', 'Cargo.lock'],
    [['workers/Cargo.lock'], { command: ['cargo', 'xtask'] }, 'cargo fetch', 'workers/Cargo.lock'],
    [['Cargo.lock'], { command: ['node', 'build.js'] }, null, null],
    [['workers/two/package-lock.json'], { system: 'npm' }, null, null],
    [[], { system: 'cargo' }, null, null],
  ] as const)('of %j built by %j is %s of %s', async ([files, build, command, lock]) => {
    await using folder = await TemporaryFolder.create()
    await folder.write(Object.fromEntries(files.map((name) => [name, ''])))
    const found = await dependencyFetch(folder.path, 'workers/one', built(build))
    expect(found?.command.slice(0, 2).join(' ') ?? null).toBe(command)
    expect(found?.lock ?? null).toBe(lock)
  })

  it('follows no link', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write({ elsewhere: '' })
    await folder.link('elsewhere', 'package-lock.json')
    expect(await dependencyFetch(folder.path, '', built({ system: 'npm' }))).toBeNull()
  })
})
