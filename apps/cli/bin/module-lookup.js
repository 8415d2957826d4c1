import { registerHooks } from 'node:module'

// For each module of a package Node reads all of its package.json anew, to learn that a `.js` is an ES module. That of
// drizzle-orm has 180 kB and its modules are two hundred: half of the time that the server takes to start in a clone.
registerHooks({
  resolve(specifier, context, nextResolve) {
    const { parentURL } = context
    if (/^\.\.?\/.*\.js$/.test(specifier) && parentURL?.includes('/node_modules/drizzle-orm/'))
      return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true }
    return nextResolve(specifier, context)
  },
})
