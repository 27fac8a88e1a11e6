import { RETRY, Step, SUBMIT, WATCH } from "./train-workflow-attempt";

/**
 * One training run, as a workflow: wait for a turn, submit a Vertex AI custom job, watch it, submit it again after an
 * interruption. The same text for every environment; what differs comes from its variables. Its argument, all optional:
 * `{"run_id": "...", "env": {"ML_EPOCHS": "10"}}`.
 *
 * Inside an expression never a closing brace, a map or a list literal: not every parser of workflows takes them.
 *
 * @see https://cloud.google.com/workflows/docs/reference/syntax
 */
export function trainWorkflow(): string {
  const steps = [...PREPARE, ...WAIT_FOR_TURN, ...DESCRIBE, ...SUBMIT, ...WATCH, ...RETRY];
  return JSON.stringify({ main: { params: ["args"], steps } });
}

/** What the run is called, and what cannot run at all. */
const PREPARE: Step[] = [
  {
    defaults: {
      assign: [
        { request: {} },
        { empty_map: {} },
        { empty_list: [] },
        { job: null },
        { used: 0 },
        { fast_failures: 0 },
        { unstarted: 0 },
      ],
    },
  },
  { argument: { switch: [{ condition: "${args != null}", steps: [{ take: { assign: [{ request: "${args}" }] } }] }] } },
  {
    settings: {
      assign: [
        { execution: '${sys.get_env("GOOGLE_CLOUD_WORKFLOW_EXECUTION_ID")}' },
        {
          parent:
            '${"projects/" + sys.get_env("GOOGLE_CLOUD_PROJECT_ID") + "/locations/" + sys.get_env("GOOGLE_CLOUD_LOCATION")}',
        },
        { environment: '${sys.get_env("ENVIRONMENT")}' },
        { image: '${sys.get_env("IMAGE", "")}' },
        { vertex: '${sys.get_env("VERTEX_URL")}' },
        { run_seconds: '${int(sys.get_env("RUN_SECONDS"))}' },
        { limit: '${int(sys.get_env("MAX_CONCURRENT_RUNS"))}' },
        { nodes: '${int(sys.get_env("NODES"))}' },
        {
          stamp: '${text.to_lower(text.replace_all_regex(text.substring(time.format(sys.now()), 0, 19), "[-:]", ""))}',
        },
        {
          run_id:
            '${default(map.get(request, "run_id"), environment + "-" + stamp + "-" + text.substring(execution, 0, 6))}',
        },
      ],
    },
  },
  {
    refuse: {
      switch: [
        {
          condition: '${image == ""}',
          raise: {
            code: 64,
            message:
              '${"There is no training image yet. Push <tag>-cuda and <tag>-cpu to the registry of \'" + environment + "\', set imageTag to <tag> and deploy."}',
          },
        },
        {
          condition: '${len(run_id) > 63 or not(text.match_regex(run_id, "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"))}',
          raise: { code: 64, message: '${"run_id \'" + run_id + "\' is not a label; use 1 to 63 of a-z, 0-9 and -."}' },
        },
      ],
    },
  },
];

/** The queue: active executions of this workflow, oldest first. The first MAX_CONCURRENT_RUNS of them may hold machines. */
const WAIT_FOR_TURN: Step[] = [
  {
    list_active: {
      try: {
        call: "http.get",
        args: {
          url: '${sys.get_env("EXECUTIONS_URL") + "/" + parent + "/workflows/" + sys.get_env("GOOGLE_CLOUD_WORKFLOW_ID") + "/executions"}',
          query: { filter: 'state="ACTIVE"', orderBy: "startTime", pageSize: "1000" },
          auth: { type: "OAuth2" },
        },
        result: "active",
      },
      retry: "${http.default_retry}",
    },
  },
  { count_ahead: { assign: [{ ahead: 0 }, { found: false }] } },
  {
    each_active: {
      for: {
        value: "other",
        in: '${default(map.get(active.body, "executions"), empty_list)}',
        steps: [
          {
            compare: {
              switch: [{ condition: '${text.match_regex(other.name, "/" + execution + "$")}', next: "this_one" }],
            },
          },
          { older: { assign: [{ ahead: "${ahead + 1}" }], next: "continue" } },
          { this_one: { assign: [{ found: true }], next: "break" } },
        ],
      },
    },
  },
  { my_turn: { switch: [{ condition: "${found and ahead < limit}", next: "build_variables" }] } },
  { wait_turn: { call: "sys.sleep", args: { seconds: 300 }, next: "list_active" } },
];

/** The machines and the container of the run. */
const DESCRIBE: Step[] = [
  {
    build_variables: {
      assign: [
        { variables: '${map.merge(json.decode(sys.get_env("ENV")), default(map.get(request, "env"), empty_map))}' },
        { "variables.ML_RUN_ID": "${run_id}" },
        { env: [] },
      ],
    },
  },
  {
    each_variable: {
      for: {
        value: "key",
        in: "${keys(variables)}",
        steps: [
          {
            add_variable: {
              assign: [
                { pair: { name: "${key}", value: "${string(variables[key])}" } },
                { env: "${list.concat(env, pair)}" },
              ],
            },
          },
        ],
      },
    },
  },
  {
    build_pools: {
      assign: [
        { container: { imageUri: "${image}", args: ["train"], env: "${env}" } },
        {
          primary: {
            machineSpec: '${json.decode(sys.get_env("MACHINE"))}',
            diskSpec: '${json.decode(sys.get_env("DISK"))}',
            replicaCount: "1",
            containerSpec: "${container}",
          },
        },
        { pools: [] },
        { pools: "${list.concat(pools, primary)}" },
      ],
    },
  },
  {
    more_nodes: {
      switch: [
        {
          condition: "${nodes > 1}",
          steps: [
            {
              add_workers: {
                assign: [
                  { workers: "${primary}" },
                  { "workers.replicaCount": "${string(nodes - 1)}" },
                  { pools: "${list.concat(pools, workers)}" },
                ],
              },
            },
          ],
        },
      ],
    },
  },
];
