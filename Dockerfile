# The same tool chain as ./dev's, as an image:
#   docker build -t telltale . && docker run --rm -p 4173:4173 telltale
FROM debian:trixie
WORKDIR /telltale
COPY dev ./
COPY cmake/debian-packages.txt cmake/
RUN ./dev setup && rm -rf /var/lib/apt/lists/*
COPY . .
EXPOSE 4173
CMD ["./dev", "run", "--host", "0.0.0.0"]
