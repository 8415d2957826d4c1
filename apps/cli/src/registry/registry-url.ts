import { RbeeError } from '@rbee/schema'

/** Without a slash, query or fragment at the end. Fails with `setting_invalid`. */
export function parseRegistryUrl(setting: string, what: 'registry' | 'mirror' = 'registry'): string {
  const url = URL.canParse(setting) ? new URL(setting) : null
  if (url !== null && (url.username !== '' || url.password !== '')) {
    // Not repeated: logs keep what is printed.
    throw new RbeeError('setting_invalid', `the address of the ${what} holds a user name or password`, {
      next: 'take it out, and put a token into RBEE_TOKEN where one is needed',
    })
  }
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new RbeeError('setting_invalid', `the ${what} "${setting}" is not an http or https address`, {
      next: `give one with --${what} or RBEE_${what.toUpperCase()}, for example http://127.0.0.1:8787`,
    })
  }
  return url.href.replace(/[?#].*$/, '').replace(/\/+$/, '')
}
