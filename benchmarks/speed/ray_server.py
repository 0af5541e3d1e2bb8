"""Serve heed on Ray, on a cluster of its own or that at ADDRESS: ``ray_server PORT REPLICAS [ADDRESS]``."""

import sys
import time

import ray
from ray import serve

from deploy.ray.application import heed

if __name__ == "__main__":
    port, n_replicas = map(int, sys.argv[1:3])
    if address := sys.argv[3:]:
        ray.init(*address, log_to_driver=False)
        location = "EveryNode"
    else:
        ray.init("local", num_cpus=n_replicas, include_dashboard=False, log_to_driver=False)
        location = "HeadOnly"
    serve.start(proxy_location=location, http_options={"host": "0.0.0.0", "port": port})
    serve.run(heed.options(num_replicas=n_replicas, autoscaling_config=None).bind())
    while True:  # what serve.run would do, but it ends if Serve's controller does
        time.sleep(60)
