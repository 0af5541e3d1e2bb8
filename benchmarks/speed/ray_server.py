"""Serve heed on a Ray cluster of this machine alone: ``python -m benchmarks.speed.ray_server PORT REPLICAS``."""

import sys

import ray
from ray import serve

from deploy.ray.application import heed

if __name__ == "__main__":
    port, n_replicas = map(int, sys.argv[1:])
    ray.init(num_cpus=n_replicas, include_dashboard=False, log_to_driver=False)
    serve.start(http_options={"port": port, "location": "HeadOnly"})
    serve.run(heed.options(num_replicas=n_replicas, autoscaling_config=None).bind(), blocking=True)
