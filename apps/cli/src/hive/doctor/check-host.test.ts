import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hostProfileSchema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { checkHost } from './check-host.ts'

const FIXTURES = join(import.meta.dirname, '../../../../../packages/detection/fixtures')

async function findingsOf(host: string) {
  const text = await readFile(join(FIXTURES, host, 'profile.json'), 'utf8')
  return checkHost(hostProfileSchema.parse(JSON.parse(text)))
}

const hosts = (await readdir(FIXTURES, { withFileTypes: true })).filter((entry) => entry.isDirectory())

describe('what the doctor says of a machine', () => {
  it.each([
    ['nvidia-library-mismatch', 'gpu-0', 'problem', /different versions/, /restart the machine/],
    ['amd-without-permission', 'gpu-0', 'problem', /may not open/, /usermod/],
    ['nouveau-instead-of-nvidia-driver', 'gpu-0', 'problem', /nouveau/, /install the NVIDIA driver/],
    ['docker-without-gpu', 'gpu-0', 'problem', /without access/, /--gpus all/],
    ['freebsd', 'system', 'problem', /no workers for freebsd x86_64/, null],
    ['wsl1', 'system', 'warning', /reaches no GPU/, /wsl --set-version/],
    ['docker-with-1-gib', 'memory', 'warning', /1\.0 GiB is less/, /limit of the container/],
  ])('%s: %s is a %s', async (host, check, status, message, next) => {
    const found = (await findingsOf(host)).find((finding) => finding.check === check)
    expect(found).toMatchObject({ status, message: expect.stringMatching(message) })
    if (next === null) expect(found?.next).toBeNull()
    else expect(found?.next).toMatch(next)
  })

  it('only warns of a GPU that cannot be used beside one that can', async () => {
    const found = await findingsOf('nvidia-reserved-for-a-virtual-machine')
    expect(found.filter(({ check }) => check.startsWith('gpu')).map(({ status }) => status)).toEqual([
      'warning',
      'ok',
    ])
  })

  it.each(hosts.map(({ name }) => name))('%s: whatever is not well has a cure or says why', async (host) => {
    const found = await findingsOf(host)
    expect(found.length).toBeGreaterThanOrEqual(4)
    for (const { check, status, message, next } of found) {
      expect(message, check).not.toMatch(/undefined|null|NaN/)
      if (status !== 'ok' && check.startsWith('gpu')) expect(next, message).not.toBeNull()
    }
  })
})
