import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type HostProfile, hostProfileSchema } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detectHost } from './detect-host.ts'
import type { Probe } from './probe.ts'
import { readHostFixture } from './replay/host-fixture.ts'
import { replayProbe } from './replay/replay-probe.ts'

/** Pieces of real answers, so that random texts get past the first line of a parser. */
const fragments = [
  '\n',
  '\n\n',
  ',',
  ', ',
  ':',
  '=',
  ' ',
  '\t',
  '\0',
  '\u001b[2J',
  '[N/A]',
  '-1',
  '99999999999999999999',
  '0x',
  '{',
  '[',
  '"',
  ']',
  '}',
  'processor\t: 0\n',
  'flags\t: avx2 \u001b avx\n',
  'core id\t: 99999999999999999999\n',
  'MemTotal: 1 kB\n',
  'MemTotal: 99999999999999999999 kB\n',
  '0::/../../etc\n',
  '0::/a/b\n',
  '4:memory:/x\n',
  'max\n',
  'glibc 2.36',
  'musl libc (x86_64)\nVersion 1.2.5\n',
  'microsoft-standard-WSL2',
  '00000000:01:00.0, 0x268410DE, 24564, 550.54.14, 8.9, NVIDIA\n',
  'CUDA Version: 12.4',
  'Driver/library version mismatch',
  'nvidia,tegra234',
  '# R36 (release), REVISION: 4.3',
  '*******\nAgent 1\n*******\n',
  'Device Type: GPU\n',
  'BDFID: 768\n',
  'Name: gfx1100\n',
  'Segment: GLOBAL;\n Size: 99999999999999999(',
  'gfx_target_version 110000\n',
  'gfx_target_version 999999\n',
  'location_id 768\n',
  'domain 99999999\n',
  'PCI_CLASS=30000\nPCI_ID=10DE:2684\nDRIVER=nvidia\n',
  'PCI_CLASS=30000\nPCI_ID=1002:744C\nDRIVER=amdgpu\n',
  'PCI_CLASS=30000\nPCI_ID=8086:56A0\nDRIVER=xe\n',
  'GPU0:\n',
  'vendorID = 0x10de\n',
  'deviceID = 0x2684\n',
  'deviceType = PHYSICAL_DEVICE_TYPE_DISCRETE_GPU\n',
  'apiVersion = 1.3.277\n',
  'memoryHeaps[0]:\n size = 999999999999999\n MEMORY_HEAP_DEVICE_LOCAL_BIT\n',
  '{"SPDisplaysDataType":[{"sppci_model":"Apple M2","spdisplays_vendor":"sppci_vendor_Apple","spdisplays_vram":"999999999 GB"}]}',
  '{"controllers":{"Name":"x","PNPDeviceID":"VEN_8086&DEV_1234","ConfigManagerErrorCode":43},"registry":[{"name":"x","bytes":1e300}],"features":[40,-1,"a"],"cpus":[{"Name":{},"NumberOfCores":1e9}]}',
]
const names = [
  '0000:01:00.0',
  '0000:03:00.0',
  '../../etc',
  'renderD128',
  'card0',
  '0',
  '1',
  'tile0',
  'ld-linux-x86-64.so.2',
  'ld-musl-x86_64.so.1',
]

const text = fc
  .array(fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 8 })), { maxLength: 12 })
  .map((parts) => parts.join(''))
const answer = fc.option(
  fc.record({ code: fc.constantFrom(0, 1, 2, 9, 18, null), stdout: text, stderr: text }),
  { nil: null },
)

/** A machine in which every tool and file answers something arbitrary. */
const hostileProbe = fc
  .record({
    platform: fc.constantFrom('linux', 'linux', 'linux', 'darwin', 'win32', 'freebsd', ''),
    arch: fc.constantFrom('x86_64', 'arm64', 'riscv64', '', '\u001b[31m'),
    env: fc.constantFrom({}, { KUBERNETES_SERVICE_HOST: '' }, { container: 'lxc' }, { SystemRoot: 'D:\\W' }),
    answers: fc.infiniteStream(answer),
    texts: fc.infiniteStream(fc.option(text, { nil: null })),
    folders: fc.infiniteStream(fc.option(fc.subarray(names), { nil: null })),
    accesses: fc.infiniteStream(fc.constantFrom('open' as const, 'denied' as const, 'missing' as const)),
    amount: fc.option(fc.nat(), { nil: null }),
  })
  .map(({ platform, arch, env, answers, texts, folders, accesses, amount }): Probe => {
    const next = <T>(stream: Iterator<T>): T => stream.next().value
    return {
      platform,
      arch,
      env,
      logicalProcessors: amount,
      totalMemory: amount,
      run: async () => next(answers),
      readFile: async () => next(texts),
      listFolder: async () => next(folders),
      access: async () => next(accesses),
      diskFree: async () => amount,
    }
  })

const edit = fc.option(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(40), insert: text }),
  { nil: null, freq: 2 },
)
type Edit = { at: number; cut: number; insert: string } | null

/** A recorded machine in whose answers something is cut out or put in. */
function corrupted(probe: Probe, edits: Iterator<Edit>): Probe {
  const spoil = (original: string): string => {
    const change: Edit = edits.next().value
    if (change === null) return original
    const at = Math.floor(change.at * original.length)
    return original.slice(0, at) + change.insert + original.slice(at + change.cut)
  }
  return {
    ...probe,
    run: async (command, args) => {
      const answer = await probe.run(command, args).catch(() => null)
      return answer && { ...answer, stdout: spoil(answer.stdout), stderr: spoil(answer.stderr) }
    },
    readFile: async (path) => {
      const original = await probe.readFile(path)
      return original === null ? null : spoil(original)
    },
  }
}

const FIXTURES = join(import.meta.dirname, '../fixtures')
const folders = (await readdir(FIXTURES, { withFileTypes: true })).filter((entry) => entry.isDirectory())
const recordings = await Promise.all(folders.map(({ name }) => readHostFixture(join(FIXTURES, name))))

function expectValid(profile: HostProfile) {
  expect(hostProfileSchema.safeParse(profile).success).toBe(true)
  expect(JSON.stringify(profile)).not.toMatch(/\\u00[01][0-9a-f]|\u007f/)
  for (const gpu of profile.gpus) expect(gpu.usable).toBe(gpu.problem === null)
}

describe('detection', () => {
  it('makes a valid profile of spoiled answers of real machines', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...recordings), fc.infiniteStream(edit), async (recording, edits) => {
        expectValid(await detectHost(corrupted(replayProbe(recording), edits), '/home'))
      }),
      { numRuns: 300 },
    )
  })

  it('makes a valid profile of whatever tools and files answer', async () => {
    await fc.assert(
      fc.asyncProperty(hostileProbe, async (probe) => {
        expectValid(await detectHost(probe, '/home'))
      }),
      { numRuns: 200 },
    )
  })

  // Each takes a fraction of a second; the square of the length would take hours.
  it.each([...' \n\t1.*(|,:=-', '1.', 'a 1 ', '\n1', '\n* ', ') ', 'for a', 'flags: a\n', 'GPU0:\n'])(
    'costs no more than the length of answers that are %j over and over',
    { timeout: 20_000 },
    async (piece) => {
      const long = piece.repeat(1_000_000 / piece.length)
      for (const beginning of [
        '',
        'GPU0:\nvendorID = 1\ndeviceID = 1\napiVersion = ',
        'ldd (',
        'Name: gfx',
      ]) {
        for (const platform of ['linux', 'darwin', 'win32']) {
          const text = beginning + long
          const probe: Probe = {
            platform,
            arch: 'x86_64',
            env: {},
            logicalProcessors: null,
            totalMemory: null,
            run: async () => ({ code: 0, stdout: text, stderr: text }),
            readFile: async () => text,
            listFolder: async () => ['0', '0000:01:00.0'],
            access: async () => 'open',
            diskFree: async () => null,
          }
          expectValid(await detectHost(probe, '/home'))
        }
      }
    },
  )

  it('says nothing of a machine that answers nothing', async () => {
    const silent: Probe = {
      platform: 'linux',
      arch: 'x86_64',
      env: {},
      logicalProcessors: null,
      totalMemory: null,
      run: async () => null,
      readFile: async () => null,
      listFolder: async () => null,
      access: async () => 'missing',
      diskFree: async () => null,
    }
    expect(await detectHost(silent, '/home')).toEqual({
      os: 'linux',
      arch: 'x86_64',
      libc: null,
      cpu: { model: null, cores: null, features: null },
      memory_bytes: null,
      disk_free_bytes: null,
      container: null,
      wsl: null,
      gpus: [],
    })
  })
})
