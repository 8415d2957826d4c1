import { releaseCommand } from '../../withdraw/release-command.ts'

export default releaseCommand({
  scope: 'publish',
  change: (client, name, reason) => client.changeRelease('yank', name, reason),
  view: ({ worker, version, yanked }) => `${worker} ${version} is withdrawn: ${yanked}`,
})
