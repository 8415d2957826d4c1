/** Stops with a clear sentence when the scripts run on another Node than the pinned one. */
const major = Number(process.versions.node.split('.')[0])
if (major !== 24) {
  console.error(
    `This project runs on Node 24, but this is Node ${process.versions.node}. ` +
      'Run scripts as "npx -y pnpm@12 SCRIPT" so that the pinned Node is first on the PATH.',
  )
  process.exit(1)
}
