/** The oldest Node that the package runs on, as `engines` states it. */
export const OLDEST_NODE = '20.19.0'

/**
 * The file that is started: answers for the version and refuses a Node that is too old before anything else is loaded, in
 * the oldest JavaScript there is, so that every Node understands it. It has no extension because its name is the
 * program's; without one, and without `"type"` in the package, Node reads it as CommonJS.
 *
 * Compiled code is kept between runs, where Node can (since 22.8), in the user's own folder: a shared one could be filled
 * by others.
 */
export function launcherOf(program: string, version: string): string {
  const [major = 0, minor = 0] = OLDEST_NODE.split('.').map(Number)
  return `#!/usr/bin/env node
'use strict'
var argv = process.argv.slice(2)
var node = process.versions.node.split('.').map(Number)
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  // Opening process.stdout costs a tenth of the time, and is needed only where the reader is slow.
  try {
    require('fs').writeSync(1, '${version}\\n')
  } catch (_) {
    process.stdout.write('${version}\\n')
  }
} else if (node[0] < ${major} || (node[0] === ${major} && node[1] < ${minor})) {
  process.stderr.write('error: ${program} needs Node ${OLDEST_NODE} or later; this is Node ' + process.versions.node + '\\n')
  process.exitCode = 1
} else {
  var module_ = require('node:module')
  if (module_.enableCompileCache) {
    var path = require('node:path')
    var caches = process.env.XDG_CACHE_HOME
    try {
      caches = caches || path.join(require('node:os').homedir(), '.cache')
    } catch (_) {
      // A user without a home folder keeps no compiled code.
    }
    if (process.env.NODE_COMPILE_CACHE) module_.enableCompileCache(process.env.NODE_COMPILE_CACHE)
    else if (caches) module_.enableCompileCache(path.join(caches, 'rbee-programs', '${version}'))
  }
  import('../lib/${program}.mjs')
}
`
}
