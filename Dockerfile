# The course in a container, for those who are not on Linux x64 or want nothing installed:
#   docker build -t geodl . && docker run --rm -p 127.0.0.1:8888:8888 geodl
# On an ARM machine the image is built for ARM, where networks run on WebAssembly.
FROM node:22-bookworm AS tools
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-venv g++ \
 && rm -rf /var/lib/apt/lists/*

FROM tools AS course
RUN mkdir /home/node/geodl && chown node:node /home/node/geodl
USER node
WORKDIR /home/node/geodl
COPY --chown=node:node . .
RUN node bin/setup.mjs
EXPOSE 8888
# Inside the container all addresses, since the port is given out by docker alone; the token stays on.
CMD ["node", "bin/geodl.mjs", "lab", "--ServerApp.ip=0.0.0.0", "--no-browser"]
