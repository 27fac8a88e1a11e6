import type { Skip } from "./checkov";

export const SKIPS: readonly Skip[] = [
  {
    check: "CKV_GCP_62",
    on: ["google_storage_bucket.environment_storage_datasets", "google_storage_bucket.environment_storage_models"],
    why:
      "Cloud Audit Logs say who did what, and organizations that share with their own domain only refuse the group that " +
      "writes usage logs; accessLogBucket takes a bucket for them",
  },
  {
    check: "CKV_GCP_62",
    on: ["google_storage_bucket.state"],
    why: "it is made before there is a bucket for logs; its versions tell who wrote",
  },
];
