import { RbeeError } from '@rbee/schema'

/** Why a server cannot listen, as a failure that names the setting; anything else is a bug and stays what it is. */
export function listenFailure(cause: unknown, host: string, port: number): unknown {
  switch (cause instanceof Error && 'code' in cause ? cause.code : null) {
    case 'EADDRINUSE':
      return new RbeeError('port_in_use', `Something listens on ${host}:${port} already`, {
        next: 'stop it, or choose another port with --port (0 takes any free one)',
        cause,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new RbeeError('setting_invalid', `--host: ${host} is no address of this machine`, {
        next: 'use 127.0.0.1 for this machine alone, 0.0.0.0 or :: for all of its addresses',
        cause,
      })
    case 'EAFNOSUPPORT':
      return new RbeeError('setting_invalid', `--host: this machine has no addresses like ${host}`, {
        next: 'use an address of the other family, such as 127.0.0.1 or ::1',
        cause,
      })
    case 'EACCES':
    case 'EPERM':
      return new RbeeError('setting_invalid', `--port: this user may not listen on port ${port}`, {
        next: 'choose a port from 1024 with --port, and put a reverse proxy or a socket unit in front of it',
        cause,
      })
  }
  return cause
}
