/**
 * The address of a remote as others can use it: https and ssh only (http to this machine itself, for trying things out),
 * without passwords, tokens and queries (`https://user:token@host/x.git` → `https://host/x.git`). Null for paths on this
 * disk and every other form.
 */
export function publicAddress(remote: string): string | null {
  if (remote.length > 1000 || /[\s\u0000-\u001f\u007f]/.test(remote)) return null
  return withoutSecrets(sshAddress(remote) ?? remote)
}

/** `git@host:path` → `ssh://git@host/path`; null for every other form. */
function sshAddress(remote: string): string | null {
  const short = /^([A-Za-z0-9._-]+@)?([A-Za-z0-9.][A-Za-z0-9.-]+):(?!\/\/)([^:]+)$/.exec(remote)
  const [, user = '', host = '', path = ''] = short ?? []
  // `host:path` of one letter is a drive on Windows. What looks like `user:password@host` is shown to nobody.
  if (short === null || remote.startsWith('-') || /^[^/]*@/.test(path)) return null
  // What would end the path of an address is part of this one.
  return `ssh://${user}${host}/${path.replace(/^\//, '').replace(/[%?#]/g, encodeURIComponent)}`
}

function withoutSecrets(address: string): string | null {
  if (!URL.canParse(address)) return null
  const url = new URL(address)
  if (url.hostname === '') return null
  url.password = ''
  url.search = ''
  url.hash = ''
  switch (url.protocol) {
    case 'http:':
      if (!isLoopback(url.hostname)) return null
      url.username = ''
      return url.href
    case 'https:':
      url.username = ''
      return url.href
    case 'ssh:':
    case 'git+ssh:':
      return url.href.replace(/^git\+/, '')
    default:
      return null
  }
}

/** Whether a host name of an URL means this machine, whatever anybody's name server says. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
