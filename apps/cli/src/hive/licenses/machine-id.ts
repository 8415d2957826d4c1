import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hasCode } from '@rbee/schema'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from '../atomic-json.ts'
import type { HiveHome } from '../home.ts'

/** For nobody but its owner: it names the machine. */
const MODE = 0o600
/** Where systemd and D-Bus keep the machine's id: 32 hex digits (machine-id(5)). */
const LINUX_FILES = ['/etc/machine-id', '/var/lib/dbus/machine-id']
const ANSWER_MS = 5_000
const OWN_BYTES = 16

const ownSchema = z.object({ id: z.string().regex(/^[0-9a-f]{32}$/) })

/**
 * The id that the operating system gives the machine, which no registry learns: see {@link fingerprintOf}. Where there is none, one
 * that is made here and kept in the home folder. Fails with `state_damaged`, or with what keeps that from being written.
 */
export async function machineId(home: HiveHome, ofSystem = systemId): Promise<string> {
  const system = await ofSystem()
  if (system !== null) return system
  const cure = 'delete that file; the seats of this machine then have to be activated again'
  const own = await readJson(home.machineId, ownSchema, cure)
  if (own !== null) return own.id
  const id = randomBytes(OWN_BYTES).toString('hex')
  await writeJsonAtomically(home.machineId, { id }, MODE)
  return id
}

/**
 * How a licence knows a machine: SHA-256 over a label, the licence's id and the machine's, in hex. The machine's id cannot be told
 * from it, and no two licences know the same one.
 */
export function fingerprintOf(license: string, machine: string): string {
  return createHash('sha256').update(`rbee seat\n${license}\n${machine}`).digest('hex')
}

async function systemId(): Promise<string | null> {
  switch (process.platform) {
    case 'linux':
      return linuxId(LINUX_FILES)
    case 'darwin':
      return printed(
        '/usr/sbin/ioreg',
        ['-rd1', '-c', 'IOPlatformExpertDevice'],
        /"IOPlatformUUID" = "([^"]+)"/,
      )
    case 'win32':
      return printed(
        'reg.exe',
        ['query', 'HKLM\\SOFTWARE\\Microsoft\\Cryptography', '/v', 'MachineGuid', '/reg:64'],
        /MachineGuid\s+REG_SZ\s+(\S+)/,
      )
    default:
      return null
  }
}

/** Images and machines that are being set up have an empty file, or say `uninitialized`. */
export async function linuxId(files: readonly string[]): Promise<string | null> {
  for (const file of files) {
    try {
      const text = (await readFile(file, 'utf8')).trim()
      if (/^[0-9a-f]{32}$/.test(text) && !/^0+$/.test(text)) return text
    } catch (error) {
      if (!hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) throw error
    }
  }
  return null
}

function printed(program: string, args: readonly string[], pattern: RegExp): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: ANSWER_MS, windowsHide: true }, (error, stdout) => {
      resolve(error ? null : (pattern.exec(stdout)?.[1]?.toLowerCase() ?? null))
    })
  })
}
