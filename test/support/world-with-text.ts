import { DelayedJobs } from './delayed-jobs.ts';
import { type Client, World } from './world.ts';

/** A world whose jobs run when a test says so, and a client that has written "some words". */
export function worldWithText(): { world: World; jobs: DelayedJobs; ann: Client } {
  const world = new World();
  const jobs = new DelayedJobs();
  world.jobs = jobs;
  world.evict();
  const ann = world.client().connect();
  world.settle();
  type(world, ann, 'some words');
  return { world, jobs, ann };
}

/** A client types, and everyone receives it. */
export function type(world: World, client: Client, text: string): void {
  client.type(text);
  world.settle();
}
