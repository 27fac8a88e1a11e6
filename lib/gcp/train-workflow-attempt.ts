/** A step of a workflow by its name. */
export type Step = { readonly [name: string]: object };

/** One attempt: a custom job with what is left of the time. */
export const SUBMIT: Step[] = [
  { next_attempt: { assign: [{ remaining: "${run_seconds - int(used)}" }, { unexplained: 0 }] } },
  {
    out_of_time: {
      switch: [
        {
          condition: "${remaining < 300}",
          raise: {
            code: 75,
            message:
              '${"Run " + run_id + " used its " + string(run_seconds) + " s without finishing. Progress is saved; run again with this run_id to go on."}',
          },
        },
      ],
    },
  },
  {
    build_job: {
      assign: [
        { timeout: { timeout: '${string(remaining) + "s"}' } },
        {
          body: {
            displayName: "${run_id}",
            labels: { environment: "${environment}", "managed-by": "cdktf-pytorch-vision", run: "${run_id}" },
            jobSpec: {
              serviceAccount: '${sys.get_env("SERVICE_ACCOUNT")}',
              scheduling: '${map.merge(json.decode(sys.get_env("SCHEDULING")), timeout)}',
              workerPoolSpecs: "${pools}",
            },
          },
        },
      ],
    },
  },
  {
    with_key: {
      switch: [
        {
          condition: '${sys.get_env("KMS_KEY", "") != ""}',
          steps: [{ add_key: { assign: [{ "body.encryptionSpec": { kmsKeyName: '${sys.get_env("KMS_KEY")}' } }] } }],
        },
      ],
    },
  },
  {
    with_network: {
      switch: [
        {
          condition: '${sys.get_env("NETWORK_ATTACHMENT", "") != ""}',
          steps: [
            {
              add_network: {
                assign: [
                  { "body.jobSpec.pscInterfaceConfig": { networkAttachment: '${sys.get_env("NETWORK_ATTACHMENT")}' } },
                ],
              },
            },
          ],
        },
      ],
    },
  },
  {
    submit: {
      try: {
        call: "http.post",
        args: { url: '${vertex + "/" + parent + "/customJobs"}', body: "${body}", auth: { type: "OAuth2" } },
        result: "created",
      },
      retry: "${http.default_retry_non_idempotent}",
    },
  },
  {
    submitted: {
      call: "sys.log",
      args: { severity: "INFO", json: { message: "submitted", run_id: "${run_id}", job: "${created.body.name}" } },
    },
  },
];

/** Until the job is done. The state turns FAILED up to a minute before the error is set. */
export const WATCH: Step[] = [
  { watch: { call: "sys.sleep", args: { seconds: 60 } } },
  {
    read_job: {
      try: {
        call: "http.get",
        args: { url: '${vertex + "/" + created.body.name}', auth: { type: "OAuth2" } },
        result: "read",
      },
      retry: {
        predicate: "${http.default_retry_predicate}",
        max_retries: 20,
        backoff: { initial_delay: 5, max_delay: 120, multiplier: 2 },
      },
    },
  },
  { state: { assign: [{ job: "${read.body}" }] } },
  {
    decide: {
      switch: [
        { condition: '${job.state == "JOB_STATE_SUCCEEDED"}', return: { run_id: "${run_id}", job: "${job.name}" } },
        {
          condition: '${job.state == "JOB_STATE_CANCELLED" or job.state == "JOB_STATE_EXPIRED"}',
          raise: { code: 1, message: '${"Run " + run_id + " ended as " + job.state + " (" + job.name + ")."}' },
        },
        { condition: '${job.state != "JOB_STATE_FAILED"}', next: "watch" },
      ],
    },
  },
  { explained: { switch: [{ condition: '${map.get(job, "error") != null or unexplained >= 4}', next: "why" }] } },
  { wait_reason: { assign: [{ unexplained: "${unexplained + 1}" }], next: "watch" } },
];

/** The same run again, unless it can never work, crashes at once, or never starts. */
export const RETRY: Step[] = [
  {
    why: {
      assign: [
        { error: '${default(map.get(job, "error"), empty_map)}' },
        { reason: '${default(map.get(error, "message"), "no reason given")}' },
        { ran: 0 },
      ],
    },
  },
  {
    ran_how_long: {
      switch: [
        {
          condition: '${map.get(job, "startTime") != null and map.get(job, "endTime") != null}',
          steps: [
            {
              measure: {
                assign: [{ ran: "${time.parse(job.endTime) - time.parse(job.startTime)}" }, { used: "${used + ran}" }],
              },
            },
          ],
        },
      ],
    },
  },
  {
    never_retry: {
      switch: [
        {
          condition: '${text.match_regex(reason, "non-zero status of 64([^0-9]|$)")}',
          raise: { code: 64, message: '${"Run " + run_id + " cannot work as configured. " + reason}' },
        },
      ],
    },
  },
  {
    count_failure: {
      assign: [
        { started: '${map.get(job, "startTime") != null}' },
        { unstarted: "${if(started, unstarted, unstarted + 1)}" },
        { fast_failures: "${if(started, if(ran < 600, fast_failures + 1, 0), fast_failures)}" },
        { pause: "${if(started, if(ran < 600, 60, 30), 600)}" },
      ],
    },
  },
  {
    give_up: {
      switch: [
        {
          condition: "${fast_failures >= 3 or unstarted >= 24}",
          raise: {
            code: 1,
            message: '${"Run " + run_id + " failed " + string(fast_failures + unstarted) + " times. " + reason}',
          },
        },
      ],
    },
  },
  {
    retrying: {
      call: "sys.log",
      args: { severity: "WARNING", json: { message: "retrying", run_id: "${run_id}", reason: "${reason}" } },
    },
  },
  { pause_before_retry: { call: "sys.sleep", args: { seconds: "${pause}" }, next: "next_attempt" } },
];
