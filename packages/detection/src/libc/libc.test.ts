import { describe, expect, it } from 'vitest'
import { aMachine } from '../replay/machine.ts'
import { detectLibc } from './libc.ts'

const glibc = (version: string | null) => ({ name: 'glibc', version })
const loader = '/lib64/ld-linux-x86-64.so.2'

describe('detectLibc', () => {
  it.each([
    ['getconf', glibc('2.36'), { commands: { 'getconf GNU_LIBC_VERSION': { stdout: 'glibc 2.36\n' } } }],
    [
      'ldd of Ubuntu',
      glibc('2.35'),
      { commands: { 'ldd --version': { stdout: 'ldd (Ubuntu GLIBC 2.35-0ubuntu3.8) 2.35\n' } } },
    ],
    ['ldd of Fedora', glibc('2.40'), { commands: { 'ldd --version': { stdout: 'ldd (GNU libc) 2.40\n' } } }],
    [
      'ldd of musl',
      { name: 'musl', version: '1.2.5' },
      {
        commands: {
          'ldd --version': { code: 1, stderr: 'musl libc (x86_64)\nVersion 1.2.5\nDynamic Program Loader\n' },
        },
      },
    ],
    [
      'the loader alone',
      glibc('2.36'),
      {
        files: { [loader]: '' },
        commands: {
          [`${loader} --version`]: { stdout: 'ld.so (Debian GLIBC 2.36-9) stable release version 2.36.\n' },
        },
      },
    ],
    ['a loader that tells no version', glibc(null), { files: { [loader]: '' } }],
    ['a system without loader', { name: 'none', version: null }, { files: { '/lib/modules/x': '' } }],
    ['a system that shows nothing', null, {}],
    ['another system', { name: 'none', version: null }, { platform: 'darwin' }],
  ])('knows %s', async (_name, expected, machine) => {
    expect(await detectLibc(aMachine(machine))).toEqual(expected)
  })
})
