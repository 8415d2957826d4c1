import { bashWord } from '../languages/bash.ts'
import { isLoopback } from '../loopback.ts'
import type { PackageSubject } from '../package-file.ts'

/** Either variable may hold the key. */
const KEY = '${RBEE_LICENSE_KEY:-$RBEE_LICENSE_TOKEN}'

/**
 * Stops before anything is fetched without a key. Its letters are those of RFC 6750, 2.1, so that it cannot be more than a
 * key in the configuration that curl reads it from.
 */
export function guardLines({ worker }: PackageSubject): string[] {
  const purchase = worker.pricing?.purchase_url
  const where = purchase === undefined ? '' : `; get one at ${purchase}`
  return [
    `if [[ ! ${KEY} =~ ^[A-Za-z0-9._~+/-]+=*$ ]]; then`,
    `  echo ${bashWord(`${worker.id} needs a licence key in RBEE_LICENSE_KEY${where}`)} >&2`,
    '  exit 1',
    'fi',
  ]
}

/**
 * The download agent that sends the key as `Authorization: Bearer`. makepkg splits an agent at blanks and knows no
 * quotes, which is why tabs separate the words of the script. The key goes to curl through a pipe: it stands in no
 * address, no file and no command line, which every user of the machine could read. It is for https alone, but from this
 * machine itself: an address that is not gets makepkg's own agent, and no key.
 */
export function downloadAgentLines({ origin }: PackageSubject): string[] {
  const protocol = isLoopback(new URL(origin)) ? 'http' : 'https'
  const fromEnvironment = `<(printf oauth2-bearer=%s "${KEY}")`
  const script = `exec curl -qgfL --proto =${protocol} --retry 3 -K ${fromEnvironment} -o "$0" "$1"`
  return [
    '# Sends the key as "Authorization: Bearer KEY"; curl reads it from a pipe, so that no command line holds it.',
    `DLAGENTS=($'${protocol}::/usr/bin/bash -c ${script.replaceAll(' ', '\\t')} %o %u')`,
  ]
}
